package io.chancery.features;

import io.chancery.testing.TestingRedis.RedisConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** When Sentinels tell of a new master. */
final class Announcements implements AutoCloseable {

    private final List<RedisConnection> connections = new ArrayList<>();
    private final BlockingQueue<Announcement> heard = new LinkedBlockingQueue<>();

    /**
     * A Sentinel's words.
     *
     * @param port of the new master
     */
    record Announcement(int port, long nanos) {}

    Announcements(List<Integer> sentinels) throws IOException {
        for (int sentinel : sentinels) {
            RedisConnection connection = RedisConnection.open(sentinel, Duration.ofMinutes(10));
            connections.add(connection);
            connection.send("SUBSCRIBE +switch-master");
            Thread.ofVirtual().name("announcements").start(() -> listen(connection));
        }
    }

    private void listen(RedisConnection connection) {
        try {
            while (true) {
                String message = connection.next();
                long now = System.nanoTime();
                heard.add(new Announcement(Integer.parseInt(message.substring(message.lastIndexOf(' ') + 1)), now));
            }
        } catch (IOException _) {
            // It is closed at the end.
        }
    }

    /** The first that tells of another master than this. */
    Announcement firstOtherThan(int former) throws InterruptedException {
        while (true) {
            Announcement next = heard.poll(30, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no Sentinel told of a new master");
            }
            if (next.port() != former) {
                return next;
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (RedisConnection connection : connections) {
            connection.close();
        }
    }
}
