package io.chancery.xds;

import java.time.Duration;
import java.util.Optional;

/**
 * How fast the requests of one stream are read, so that a client that floods leaves its event loop to the others. Used by
 * its partition's thread only.
 *
 * <p>A few small requests are read in one go, as every well-behaved client's are. After that the stream has to wait for the
 * loop to look after its other connections once, and after a large request for as long as it takes to keep to a rate.
 */
final class Pace {

    /** What is read in one go; a request of the usual kind has some hundred bytes. */
    private static final int BYTES_AT_ONCE = 16 << 10;

    /** What a request costs besides its bytes. */
    private static final int BYTES_PER_REQUEST = 1 << 10;

    /** Reading and indexing names takes a processor about 150 ns a byte, so that one stream has at most half of it. */
    private static final long NANOS_PER_BYTE = 150;

    private int taken;

    /**
     * Counts a request.
     *
     * @param bytes its size, and one more for each name that had to be gone through because of it
     * @return how long to wait before the next one is read, which may be no longer than until the loop comes round; empty
     *     for not at all
     */
    Optional<Duration> afterRequest(int bytes) {
        taken += BYTES_PER_REQUEST + bytes;
        if (taken < BYTES_AT_ONCE) {
            return Optional.empty();
        }
        taken = 0;
        return Optional.of(bytes < BYTES_AT_ONCE ? Duration.ZERO : Duration.ofNanos(bytes * NANOS_PER_BYTE));
    }
}
