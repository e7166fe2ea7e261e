package io.chancery.snapshot.compile;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.RuntimeLayer;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;
import java.util.Map;

/** Layers of runtime values. Envoy takes dotted and nested keys for the same. Pure functions. */
final class RuntimeCompiler {

    private RuntimeCompiler() {}

    static Runtime compile(String name, RuntimeLayer layer) {
        return Runtime.newBuilder()
                .setName(name)
                .setLayer(struct(layer.values()))
                .build();
    }

    private static Struct struct(Map<?, ?> values) {
        Struct.Builder struct = Struct.newBuilder();
        values.forEach((key, value) -> struct.putFields(String.valueOf(key), value(value)));
        return struct.build();
    }

    private static Value value(Object value) {
        return switch (value) {
            case Map<?, ?> nested ->
                Value.newBuilder().setStructValue(struct(nested)).build();
            case String text -> Value.newBuilder().setStringValue(text).build();
            case Boolean truth -> Value.newBuilder().setBoolValue(truth).build();
            case Double number -> Value.newBuilder().setNumberValue(number).build();
            default -> throw new IllegalStateException("a runtime value cannot be a " + value.getClass());
        };
    }
}
