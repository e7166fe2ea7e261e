package io.chancery.manifest;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Holds messages of Envoy's API against its rules, also those that are no resources. */
public final class TestingRules {

    private TestingRules() {}

    /** What is wrong with a message and with all that is in it. */
    public static List<Fault> faults(Message message) {
        Faults faults = new Faults(0);
        ResourceRules.check(message, "it", faults);
        return faults.found();
    }

    /** Reads YAML that must be a message of this type, and nothing else. */
    public static <M extends Message> M read(String yaml, Class<M> type) {
        ObjectNode json = (ObjectNode) assertInstanceOf(YamlResult.Read.class, YamlDocuments.read(yaml))
                .documents()
                .getFirst()
                .content()
                .deepCopy();
        String name = Internal.getDefaultInstance(type).getDescriptorForType().getFullName();
        json.put("@type", MessageTypes.URL_PREFIX + name);
        Faults faults = new Faults(0);
        return type.cast(ResourceJson.read(json, "it", faults)
                .orElseThrow(() -> new AssertionError(faults.found().toString())));
    }
}
