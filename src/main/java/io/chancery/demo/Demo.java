package io.chancery.demo;

import java.io.IOException;
import java.net.URI;

/**
 * A demo's life. {@link #start} and {@link #stop} may be called from different threads and at the same time; a
 * process that is started after {@code stop} began is ended at once.
 */
sealed interface Demo permits UpstreamDemo, LocalRedisDemo {

    /**
     * Starts everything and prints what to try; Chancery's ports already serve.
     *
     * @param api Chancery's HTTP API
     */
    void start(URI api, int xdsPort) throws IOException, InterruptedException;

    /** Ends all that was started; Chancery still answers. */
    void stop();
}
