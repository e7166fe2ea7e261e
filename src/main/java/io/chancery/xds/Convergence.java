package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Waits for the last answer to one update. Safe for use by any thread.
 *
 * <p>A stream that closes or refuses counts as having answered: it is no longer waited for.
 */
@ThreadSafe
final class Convergence {

    private final AtomicInteger waiting;
    private final AtomicBoolean concernsSomebody = new AtomicBoolean();
    private final Runnable converged;

    /**
     * Begins to wait.
     *
     * @param partitions how many partitions will yet say whom the update concerns
     * @param converged called once, if the update concerned any stream
     */
    Convergence(int partitions, Runnable converged) {
        this.waiting = new AtomicInteger(partitions);
        this.converged = converged;
    }

    /** One more conversation is concerned. */
    void await() {
        concernsSomebody.setPlain(true);
        waiting.incrementAndGet();
    }

    /** A conversation has answered, or a partition has said all whom the update concerns. */
    void done() {
        if (waiting.decrementAndGet() == 0 && concernsSomebody.getPlain()) {
            converged.run();
        }
    }
}
