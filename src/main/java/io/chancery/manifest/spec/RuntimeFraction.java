package io.chancery.manifest.spec;

/** A part of the requests. */
public record RuntimeFraction(
        @Field("is the runtime key whose value counts, if it is there")
        String runtimeKey,

        @Field("is the percentage that counts otherwise") int percent) {
    public RuntimeFraction {
        Bounds.printable("runtimeKey", runtimeKey);
        Bounds.percent("percent", percent);
    }
}
