package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of all connections to nodes and Sentinels; there are none before the first is needed. */
@ThreadSafe
final class LettuceClients implements AutoCloseable {

    /** The least that there may be; what they do costs next to nothing. */
    private static final int THREADS = 2;

    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable ClientResources resources;

    ClientResources resources() {
        synchronized (lock) {
            ClientResources known = resources;
            if (known == null) {
                known = DefaultClientResources.builder()
                        .ioThreadPoolSize(THREADS)
                        .computationThreadPoolSize(THREADS)
                        .build();
                resources = known;
            }
            return known;
        }
    }

    @Override
    public void close() {
        @Nullable ClientResources known;
        synchronized (lock) {
            known = resources;
        }
        if (known != null) {
            var _ = known.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
