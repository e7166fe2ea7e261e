package io.chancery.manifest.spec;

/**
 * Limits of one HTTP/2 connection; the defaults withstand the known floods (CVE-2019-9512 and following). Against those
 * that break off their requests (CVE-2023-44487) Envoy has runtime values instead: {@code
 * overload.premature_reset_total_stream_count} and {@code overload.premature_reset_min_stream_lifetime_seconds}.
 */
public record Http2Limits(
        @Field(value = "is how many requests at once", otherwise = "100")
        int maxConcurrentStreams,

        @Field(value = "is how many bytes of a request may be under way", otherwise = "65536")
        int streamWindow,

        @Field(value = "is how many bytes of all requests may be under way", otherwise = "1048576")
        int connectionWindow) {

    /** As they are where nothing is given. */
    public static final Http2Limits DEFAULT = new Http2Limits(100, 65_536, 1_048_576);

    public Http2Limits {
        Bounds.range("maxConcurrentStreams", maxConcurrentStreams, 1, Integer.MAX_VALUE);
        Bounds.range("streamWindow", streamWindow, 65_535, Integer.MAX_VALUE);
        Bounds.range("connectionWindow", connectionWindow, 65_535, Integer.MAX_VALUE);
    }
}
