package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Nodes and Sentinels that say what a test has them say; one that has nothing to say never answers. */
final class TestingLinks implements Links {

    private final Map<HostName, RoleReading> readings = new ConcurrentHashMap<>();
    private final Map<HostName, SentinelReading> words = new ConcurrentHashMap<>();
    private final Map<HostName, Runnable> moved = new ConcurrentHashMap<>();
    private final Map<HostName, AtomicInteger> closings = new ConcurrentHashMap<>();

    TestingLinks say(HostName node, RoleReading reading) {
        readings.put(node, reading);
        return this;
    }

    TestingLinks say(HostName sentinel, SentinelReading word) {
        words.put(sentinel, word);
        return this;
    }

    /** The Sentinel tells of a new master. */
    void announce(HostName sentinel) {
        moved.getOrDefault(sentinel, () -> {}).run();
    }

    /** How often a node was told to close its clients' connections. */
    int closings(HostName node) {
        return closings.getOrDefault(node, new AtomicInteger()).get();
    }

    @Override
    public NodeLink node(HostName node) {
        return new NodeLink() {
            @Override
            public CompletableFuture<RoleReading> ask() {
                RoleReading reading = readings.get(node);
                return reading == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(reading);
            }

            @Override
            public CompletableFuture<Boolean> closeClients() {
                closings.computeIfAbsent(node, _ -> new AtomicInteger()).incrementAndGet();
                return CompletableFuture.completedFuture(true);
            }
        };
    }

    @Override
    public SentinelLink sentinel(HostName sentinel, Runnable listener) {
        moved.put(sentinel, listener);
        return () -> {
            SentinelReading word = words.get(sentinel);
            return word == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(word);
        };
    }

    @Override
    public void close() {}
}
