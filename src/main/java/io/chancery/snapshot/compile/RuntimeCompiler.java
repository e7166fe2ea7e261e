package io.chancery.snapshot.compile;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.manifest.spec.FractionalPercent;
import io.chancery.manifest.spec.RuntimeLayer;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;

/** Layers of runtime values, by dotted keys. Pure functions. */
final class RuntimeCompiler {

    private RuntimeCompiler() {}

    static Runtime compile(String name, RuntimeLayer layer) {
        Struct.Builder values = Struct.newBuilder();
        layer.values().forEach((key, value) -> values.putFields(key, value(value)));
        return Runtime.newBuilder()
                .setName(layer.layerName(name))
                .setLayer(values)
                .build();
    }

    private static Value value(Object value) {
        return switch (value) {
            case String text -> text(text);
            case Boolean truth -> Value.newBuilder().setBoolValue(truth).build();
            case Double number -> number(number);
            case FractionalPercent(int numerator, FractionalPercent.Denominator denominator) ->
                Value.newBuilder()
                        .setStructValue(Struct.newBuilder()
                                .putFields("numerator", number(numerator))
                                .putFields("denominator", text(denominator.name())))
                        .build();
            default -> throw new IllegalStateException("a runtime value cannot be a " + value.getClass());
        };
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }
}
