package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.linecorp.armeria.internal.shaded.xds.pgv.ReflectiveValidatorIndex;
import com.linecorp.armeria.internal.shaded.xds.pgv.Validator;
import com.linecorp.armeria.internal.shaded.xds.pgv.ValidatorIndex;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ResourceRulesTest {

    private static final String HTTP = MessageTypes.URL_PREFIX
            + "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

    /** Told of the classes whose rules could not be loaded. */
    private static final class Unloaded implements ValidatorIndex {

        private final Set<String> names = new TreeSet<>();

        @Override
        @SuppressWarnings("rawtypes") // as the library has it
        public <T> Validator<T> validatorFor(Class type) {
            names.add(type.getName());
            return ValidatorIndex.ALWAYS_VALID.validatorFor(type);
        }
    }

    /** The library takes a message for valid whose rules it cannot load, for whatever reason. */
    @Test
    void thereAreRulesForEveryMessageThatAResourceCanHold() {
        Unloaded unloaded = new Unloaded();
        ValidatorIndex rules = new ReflectiveValidatorIndex(unloaded);
        Set<String> seen = new HashSet<>();
        for (ResourceType type : ResourceType.values()) {
            visit(MessageTypes.find(type.typeUrl()).orElseThrow(), rules, seen);
        }
        visit(MessageTypes.find(HTTP).orElseThrow(), rules, seen);

        assertThat(unloaded.names).isEmpty();
        assertThat(seen).hasSizeGreaterThan(200);
    }

    @Test
    void aRuleThatIsAPatternIsChecked() {
        Faults faults = new Faults(0);
        ResourceRules.check(HeaderValue.newBuilder().setKey("a\nb").build(), "header", faults);

        assertThat(faults.found()).extracting(Fault::path).containsExactly("header.key");
    }

    private static void visit(Message message, ValidatorIndex rules, Set<String> seen) {
        Descriptor type = message.getDescriptorForType();
        if (type.getFullName().startsWith("google.") || !seen.add(type.getFullName())) {
            return;
        }
        boolean hasRules = type.getFile().getDependencies().stream()
                .anyMatch(file -> file.getFullName().equals("validate/validate.proto"));
        if (hasRules) {
            assertThat(rules.<Object>validatorFor((Object) message)).isNotNull();
        }
        Message.Builder builder = message.newBuilderForType();
        for (FieldDescriptor field : type.getFields()) {
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && !field.isMapField()) {
                visit(builder.newBuilderForField(field).buildPartial(), rules, seen);
            }
        }
    }
}
