package io.chancery.store;

import io.micrometer.core.instrument.MeterRegistry;
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
}
