package io.chancery.manifest;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.linecorp.armeria.internal.shaded.xds.pgv.ReflectiveValidatorIndex;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidationException;
import com.linecorp.armeria.internal.shaded.xds.pgv.Validator;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidatorIndex;

/**
 * The rules that Envoy's API has written into its messages (<a
 * href="https://github.com/bufbuild/protoc-gen-validate">protoc-gen-validate</a>): Envoy checks the same ones, and
 * refuses a resource that breaks them.
 */
final class ResourceRules {

    private static final ValidatorIndex RULES = new ReflectiveValidatorIndex();

    private ResourceRules() {}

    /** Adds what is wrong with a message, with those in it, and with those in its {@code google.protobuf.Any} fields. */
    static void check(Message message, String path, Faults faults) {
        int before = faults.size();
        for (Nested nested : Nested.of(message)) {
            check(nested.message(), path + nested.step(), faults);
        }
        if (message instanceof Any any) {
            Nested.in(any).ifPresent(inner -> check(inner, path, faults));
        }
        // The rules of a message ask those of the messages in it too, whose faults have been added.
        if (faults.size() == before) {
            checkOne(message, path, faults);
        }
    }

    private static void checkOne(Message message, String path, Faults faults) {
        Validator<Object> rules = RULES.validatorFor((Object) message);
        try {
            rules.assertValid(message);
        } catch (ValidationException e) {
            String field = e.getField().substring(e.getField().lastIndexOf('.') + 1);
            faults.add(path + '.' + field, withoutValue(e.getReason()));
        }
    }

    private static String withoutValue(String reason) {
        int value = reason.indexOf(" but got");
        return value < 0 ? reason : reason.substring(0, value);
    }
}
