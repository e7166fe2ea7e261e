package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.api.StatefulConnection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One connection, made when it is needed and there is none. */
@ThreadSafe
final class Connector<C extends StatefulConnection<String, String>> {

    private final Supplier<CompletableFuture<C>> making;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable CompletableFuture<C> current;

    Connector(Supplier<CompletableFuture<C>> making) {
        this.making = making;
    }

    /** The connection that there is or is being made; empty if it is not, or not any longer. */
    Optional<CompletableFuture<C>> existing() {
        synchronized (lock) {
            CompletableFuture<C> known = current;
            return known != null && isUsable(known) ? Optional.of(known) : Optional.empty();
        }
    }

    CompletableFuture<C> connection() {
        synchronized (lock) {
            CompletableFuture<C> known = current;
            if (known == null || !isUsable(known)) {
                known = making.get();
                current = known;
            }
            return known;
        }
    }

    private static <C extends StatefulConnection<String, String>> boolean isUsable(CompletableFuture<C> connection) {
        if (!connection.isDone()) {
            return true;
        }
        return !connection.isCompletedExceptionally() && connection.join().isOpen();
    }

    /** Lets go of a connection that failed, be it still in the making. */
    void drop() {
        @Nullable CompletableFuture<C> dropped;
        synchronized (lock) {
            dropped = current;
            current = null;
        }
        if (dropped != null) {
            var _ = dropped.thenCompose(connection -> connection.closeAsync());
        }
    }
}
