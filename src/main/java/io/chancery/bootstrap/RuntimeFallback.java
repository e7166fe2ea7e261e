package io.chancery.bootstrap;

import com.google.protobuf.Struct;

/**
 * The runtime values that an Envoy has until it hears others: those that its layers say are to be fallen back to, or else
 * their values when its file was made. So one that starts while Chancery is away does not start with what Envoy has by itself.
 */
public final class RuntimeFallback {

    /** No values. */
    public static final RuntimeFallback NONE = new RuntimeFallback(Struct.getDefaultInstance());

    private final Struct values;

    private RuntimeFallback(Struct values) {
        this.values = values;
    }

    /** The values to start with; of a key in several layers that of the last. */
    public static RuntimeFallback of(NodeLayers known, RuntimeLayers layers) {
        Struct.Builder values = Struct.newBuilder();
        for (String name : layers.names()) {
            values.putAllFields(known.valuesToStartWith(name).getFieldsMap());
        }
        return new RuntimeFallback(values.build());
    }

    Struct values() {
        return values;
    }
}
