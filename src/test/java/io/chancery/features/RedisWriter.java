package io.chancery.features;

import io.chancery.testing.TestingRedis.RedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client that writes numbers through a port, one every 10 ms, and connects again whenever that fails. */
final class RedisWriter implements AutoCloseable {

    static final String KEY = "written";

    private static final long PERIOD = TimeUnit.MILLISECONDS.toNanos(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final int port;
    private final Queue<Written> written = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean isClosed;

    /**
     * A write that was acknowledged.
     *
     * @param node which acknowledged it, by its port
     * @param nanos when
     */
    record Written(int number, int node, long nanos) {}

    RedisWriter(int port) {
        this.port = port;
        this.thread = Thread.ofVirtual().name("redis-writer").start(this::run);
    }

    private void run() {
        int number = 0;
        while (!isClosed) {
            try (RedisConnection connection = RedisConnection.open(port, TIMEOUT)) {
                int node = Integer.parseInt(
                        connection.send("CONFIG GET port").lines().toList().getLast());
                boolean goesOn = true;
                while (!isClosed && goesOn) {
                    goesOn = connection.send("SADD " + KEY + ' ' + number).equals("1");
                    if (goesOn) {
                        written.add(new Written(number, node, System.nanoTime()));
                    }
                    number++;
                    LockSupport.parkNanos(PERIOD);
                }
            } catch (IOException | RuntimeException _) {
                number++;
                LockSupport.parkNanos(PERIOD);
            }
        }
    }

    /** All that was acknowledged so far, in order. */
    List<Written> written() {
        return List.copyOf(written);
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
