package io.chancery.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Transactions per second through a store, as its callers see them: each caller is a virtual thread that waits for its
 * answer before it commits the next one. A program and not a JMH benchmark, as JMH's threads are platform threads.
 *
 * <p>Arguments: {@code memory} or a directory for the database (a new directory below it is used and removed), then the
 * seconds to measure, after as many to warm up.
 */
public final class StoreCommitBenchmark {

    private static final byte[] VALUE =
            "\u0001{\"address\":\"10.1.2.3\",\"port\":8080,\"region\":\"eu-west-1\",\"zone\":\"eu-west-1a\"}"
                    .getBytes(StandardCharsets.UTF_8);

    private StoreCommitBenchmark() {}

    /** Prints one line per number of callers and size of transaction. */
    public static void main(String[] args) throws Exception {
        int seconds = Integer.parseInt(args[1]);
        for (int[] shape : new int[][] {{1, 1}, {64, 1}, {256, 1}, {1, 100}, {8, 100}, {64, 100}}) {
            if (args[0].equals("memory")) {
                try (Store store = Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry())) {
                    measure(store, shape[0], shape[1], seconds);
                }
            } else {
                Path directory = Files.createTempDirectory(Path.of(args[0]), "benchmark");
                try (Store store = Stores.sqlite(directory, InstantSource.system(), new SimpleMeterRegistry())) {
                    measure(store, shape[0], shape[1], seconds);
                } finally {
                    remove(directory);
                }
            }
        }
    }

    private static void measure(Store store, int callers, int keys, int seconds) throws Exception {
        run(store, callers, keys, seconds);
        long begin = System.nanoTime();
        long[] latencies = run(store, callers, keys, seconds);
        double elapsed = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(latencies);
        System.out.printf(
                "callers=%d keys=%d transactions/s=%.0f keys/s=%.0f p50=%.2fms p99=%.2fms max=%.1fms%n",
                callers,
                keys,
                latencies.length / elapsed,
                latencies.length * keys / elapsed,
                latencies[latencies.length / 2] / 1e6,
                latencies[(int) (latencies.length * 0.99)] / 1e6,
                latencies[latencies.length - 1] / 1e6);
    }

    private static long[] run(Store store, int callers, int keys, int seconds) throws Exception {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<long[]>> running = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                int caller = i;
                running.add(executor.submit(() -> call(store, caller, keys, end)));
            }
            List<long[]> all = new ArrayList<>();
            for (Future<long[]> future : running) {
                all.add(future.get());
            }
            return all.stream().flatMapToLong(Arrays::stream).toArray();
        }
    }

    private static long[] call(Store store, int caller, int keys, long end) {
        long[] latencies = new long[1_024];
        int count = 0;
        long begin = System.nanoTime();
        while (begin < end) {
            List<Operation> operations = new ArrayList<>(keys);
            for (int i = 0; i < keys; i++) {
                int number = (count * keys + i) % 10_000;
                operations.add(new Operation.Put("registry/endpoint/service-" + caller + "/10.1.2.3:" + number, VALUE));
            }
            store.commit(new Transaction(List.of(), operations)).join();
            long now = System.nanoTime();
            if (count == latencies.length) {
                latencies = Arrays.copyOf(latencies, 2 * count);
            }
            latencies[count++] = now - begin;
            begin = now;
        }
        return Arrays.copyOf(latencies, count);
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
