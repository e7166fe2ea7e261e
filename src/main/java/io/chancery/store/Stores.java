package io.chancery.store;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;

/** Opens stores. */
public final class Stores {

    private static final int MEMORY_COMMITS = 100_000;
    private static final int MEMORY_OPERATIONS = 200_000;

    private Stores() {}

    /**
     * Returns an empty store that forgets everything when the process ends. It keeps the newest 100,000 commits as
     * history, fewer where they are large.
     */
    public static Store inMemory(InstantSource clock, MeterRegistry meters) {
        return new LogStore(new MemoryJournal(MEMORY_COMMITS, MEMORY_OPERATIONS), clock, meters);
    }

    /**
     * Opens the database {@code chancery.db} in the directory for this process alone, and creates what does not exist.
     * A commit is on the disk when its future completes.
     *
     * @throws StoreUnavailableException if it is in use, damaged, written by a newer version, or may not be written
     */
    public static Store sqlite(Path directory, InstantSource clock, MeterRegistry meters) {
        return new LogStore(new SqliteJournal(SqliteFile.open(directory), Checkpoint.Bounds.DEFAULT), clock, meters);
    }
}
