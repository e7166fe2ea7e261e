package io.chancery.fleet;

/** What becomes of a version that nodes refuse. */
public enum QuarantineMode {
    /** Nodes that do not have it get the last good version instead. */
    ROLLBACK,
    /** It is shown, and goes out all the same. */
    REPORT,
    /** Nothing. */
    OFF
}
