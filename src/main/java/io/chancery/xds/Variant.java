package io.chancery.xds;

/** The two encodings of the protocol. */
public enum Variant {
    /** A request lists all names that are wanted; a response to a whole type holds all of it. */
    SOTW,
    /** Requests and responses say what is different. */
    DELTA;

    /** The name in metrics. */
    public String tag() {
        return switch (this) {
            case SOTW -> "sotw";
            case DELTA -> "delta";
        };
    }
}
