package io.chancery.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.Revision;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watcher and the newest revision it was told. */
final class LiveWatch implements Watch {

    private static final Logger log = LoggerFactory.getLogger(LiveWatch.class);

    private final StoreWatcher watcher;
    private final Consumer<LiveWatch> onEnd;

    /** Held while the watcher is called, so that closing waits for a call under way. */
    private final ReentrantLock calling = new ReentrantLock();

    /** Belongs to the store's writer. */
    private Revision seen;

    @GuardedBy("calling")
    private boolean ended;

    LiveWatch(StoreWatcher watcher, Revision after, Consumer<LiveWatch> onEnd) {
        this.watcher = watcher;
        this.seen = after;
        this.onEnd = onEnd;
    }

    Revision seen() {
        return seen;
    }

    /** Tells the watcher a commit that is new to it; called by the store's writer. */
    void tell(Commit commit) {
        if (commit.revision().compareTo(seen) <= 0) {
            return;
        }
        seen = commit.revision();
        calling.lock();
        try {
            if (!ended) {
                watcher.committed(commit);
            }
        } catch (RuntimeException | Error e) {
            log.error("A watcher failed. revision={}", commit.revision().value(), e);
        } finally {
            calling.unlock();
        }
    }

    @Override
    public void close() {
        calling.lock();
        try {
            ended = true;
        } finally {
            calling.unlock();
        }
        onEnd.accept(this);
    }
}
