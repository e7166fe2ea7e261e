package io.chancery.store;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that writes until it is killed. Each thread commits transactions one after the other, and writes a line to
 * standard output once one was answered.
 */
final class KilledWriter {

    /** So small that the log is folded and trimmed all the time. */
    static final Checkpoint.Bounds BOUNDS = new Checkpoint.Bounds(200, 1 << 20, 1_000, 1 << 20, 500, 1 << 20);

    static final int THREADS = 8;

    private KilledWriter() {}

    /** The keys of one transaction, beside the thread's counter. Some transactions are small and some are not. */
    static List<String> keys(String round, int thread, int number) {
        List<String> keys = new ArrayList<>();
        int count = number % 3 == 0 ? 20 : 1;
        for (int i = 0; i < count; i++) {
            keys.add("entry/" + round + "/" + thread + "/" + number + "/" + i);
        }
        return keys;
    }

    static String counter(String round, int thread) {
        return "counter/" + round + "/" + thread;
    }

    public static void main(String[] args) {
        Store store = new LogStore(
                new SqliteJournal(SqliteFile.open(Path.of(args[0])), BOUNDS),
                InstantSource.system(),
                new SimpleMeterRegistry());
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            Thread.ofPlatform().start(() -> write(store, out, args[1], thread));
        }
    }

    private static void write(Store store, OutputStream out, String round, int thread) {
        for (int number = 0; ; number++) {
            List<Operation> operations = new ArrayList<>();
            operations.add(StoreContract.putting(counter(round, thread), Integer.toString(number)));
            for (String key : keys(round, thread, number)) {
                operations.add(StoreContract.putting(key, "value of " + key));
            }
            StoreContract.commit(store, new Transaction(List.of(), operations));
            try {
                // One write per line: what is in the pipe was answered.
                out.write(("answered " + thread + " " + number + "\n").getBytes(StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
