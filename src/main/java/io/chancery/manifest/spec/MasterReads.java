package io.chancery.manifest.spec;

/** Whether a Redis master is one of those that are read from. */
public enum MasterReads {
    /** Replicas only. */
    NEVER,
    /** Where no replica is well. */
    LAST,
    /** Like any replica. */
    ALWAYS
}
