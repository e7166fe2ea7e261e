package io.chancery.redis;

/** What came of asking a Sentinel once. */
sealed interface SentinelReading {

    /**
     * It takes a node for the master.
     *
     * @param host as the Sentinel calls it: a name or an address
     * @param epoch of its configuration; a higher one was made later
     */
    record Named(String host, int port, long epoch) implements SentinelReading {}

    /** It said nothing of use. */
    record Silent(String reason) implements SentinelReading {}
}
