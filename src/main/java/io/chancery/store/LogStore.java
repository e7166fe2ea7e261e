package io.chancery.store;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Revision;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that appends to a {@link Journal} and holds all keys in memory.
 *
 * <p>What depends on a commit's future without {@code Async} runs on the store's writer, and must be as quick as a
 * watcher.
 */
@ThreadSafe
final class LogStore implements Store {

    /*
     * Concurrency
     * -----------
     * One thread, the writer, owns the key space and the journal and calls the watchers; everybody else puts
     * transactions and tasks into the inbox and waits for futures. The writer takes all transactions that wait (group
     * commit), checks their expectations one after the other, appends the whole group to the journal, and only when
     * that is durable changes the key space, tells the watchers, and answers. So a failed append has nothing to undo.
     *
     * Reads, the past of a watch and pages of history are tasks of the same thread: what they see is one revision, and
     * between a watch's past and its live part there is neither gap nor overlap.
     */

    /** Many times the largest batch the API accepts; one transaction is encoded as one block of memory. */
    static final StoreLimits LIMITS = new StoreLimits(100_000, 64L << 20);

    /** How many commits are read from the journal at once; other callers get their turn in between. */
    private static final int PAGE = 1_000;

    /** Keys written by one step of upkeep while nobody waits: some 10 ms, which whoever comes meanwhile has to wait. */
    private static final int IDLE_BUDGET = 1_000;

    /** How long nothing must come before upkeep begins. */
    private static final long IDLE_MILLIS = 50;

    /** How often a store that could not write tries again although nobody asks it to. */
    private static final long RETRY_MILLIS = 1_000;

    private static final long LONG_MILLIS = 3_600_000;

    private static final Logger log = LoggerFactory.getLogger(LogStore.class);

    private final Journal journal;
    private final InstantSource clock;
    private final KeySpace keys;
    private final StoreMetrics metrics;
    private final Inbox inbox = new Inbox();
    private final List<LiveWatch> watches = new CopyOnWriteArrayList<>();
    private final Thread writer;

    private volatile @Nullable StoreUnavailableException appendFault;
    private volatile @Nullable StoreUnavailableException upkeepFault;
    private volatile long tail;

    /**
     * Loads what the journal holds and starts the writer.
     *
     * @throws StoreUnavailableException if the journal cannot be read; it is closed then
     */
    LogStore(Journal journal, InstantSource clock, MeterRegistry meters) {
        this.journal = journal;
        this.clock = clock;
        try {
            this.keys = journal.load();
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
        this.tail = journal.tail();
        this.metrics = new StoreMetrics(meters, () -> tail);
        this.writer = Thread.ofPlatform().name("chancery-store").daemon().unstarted(this::write);
        this.writer.start();
    }

    @Override
    public CompletableFuture<CommitResult> commit(Transaction transaction) {
        long bytes = Inbox.sizeOf(transaction);
        if (transaction.operations().size() > LIMITS.maxOperations()) {
            return refuse(new TransactionTooLargeException("A transaction holds at most " + LIMITS.maxOperations()
                    + " operations, this one has "
                    + transaction.operations().size()));
        }
        if (bytes > LIMITS.maxBytes()) {
            return refuse(new TransactionTooLargeException("The keys and values of a transaction have at most "
                    + LIMITS.maxBytes() + " bytes together, these have " + bytes));
        }
        Inbox.Waiting waiting = new Inbox.Waiting(transaction, bytes, metrics.now(), new CompletableFuture<>());
        return switch (inbox.offer(waiting)) {
            case ACCEPTED -> waiting.result();
            case FULL -> refuse(overloaded());
            case CLOSED -> refuse(closed());
        };
    }

    @Override
    public StoreView read(String prefix) {
        return onWriter(() -> keys.read(prefix));
    }

    @Override
    public WatchResult watch(Revision after, StoreWatcher watcher) {
        LiveWatch watch = new LiveWatch(watcher, after, watches::remove);
        Optional<WatchResult> result = Optional.empty();
        while (result.isEmpty()) {
            result = onWriter(() -> catchUp(watch));
        }
        return result.get();
    }

    /** Tells the watch a page of the past. Returns nothing if there is more, and makes it a live watch if there is not. */
    private Optional<WatchResult> catchUp(LiveWatch watch) {
        if (watch.seen().compareTo(journal.oldest()) < 0) {
            return Optional.of(new WatchResult.Compacted(journal.oldest()));
        }
        if (watch.seen().compareTo(keys.revision()) < 0) {
            journal.after(watch.seen(), PAGE).forEach(watch::tell);
        }
        if (watch.seen().compareTo(keys.revision()) < 0) {
            return Optional.empty();
        }
        watches.add(watch);
        return Optional.of(new WatchResult.Watching(watch));
    }

    @Override
    public HistoryResult history(Revision after, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be 1 or more");
        }
        return onWriter(() -> after.compareTo(journal.oldest()) < 0
                ? new HistoryResult.Compacted(journal.oldest())
                : new HistoryResult.Commits(journal.after(after, Math.min(limit, PAGE))));
    }

    @Override
    public StoreLimits limits() {
        return LIMITS;
    }

    @Override
    public Optional<String> fault() {
        @Nullable StoreUnavailableException append = appendFault;
        @Nullable StoreUnavailableException upkeep = upkeepFault;
        return Optional.ofNullable(append != null ? append : upkeep).map(Throwable::getMessage);
    }

    @Override
    public void close() {
        if (Thread.currentThread().equals(writer)) {
            throw new IllegalStateException("a watcher must not close the store");
        }
        inbox.close();
        boolean interrupted = false;
        while (writer.isAlive()) {
            try {
                writer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T onWriter(Supplier<T> work) {
        if (Thread.currentThread().equals(writer)) {
            throw new IllegalStateException("a watcher must not call the store");
        }
        Inbox.Task<T> task = new Inbox.Task<>(work, new CompletableFuture<>());
        switch (inbox.offer(task)) {
            case ACCEPTED -> {}
            case FULL -> throw overloaded();
            case CLOSED -> throw closed();
        }
        try {
            return task.answer().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** The writer's life. */
    private void write() {
        List<Inbox.Waiting> group = new ArrayList<>();
        List<Inbox.Task<?>> tasks = new ArrayList<>();
        try (journal) {
            boolean idle = false;
            while (inbox.take(group, tasks, patience(idle))) {
                idle = group.isEmpty() && tasks.isEmpty();
                tasks.forEach(Inbox.Task::run);
                commit(group);
                attend(idle, group);
                tail = journal.tail();
                group.clear();
                tasks.clear();
            }
        } catch (Throwable t) {
            log.error("The store's writer ended; nothing can be written until a restart", t);
            giveUp(group, tasks, t);
        }
    }

    private long patience(boolean idle) {
        if (appendFault != null || upkeepFault != null) {
            return RETRY_MILLIS;
        }
        return switch (journal.upkeepDue()) {
            case NONE -> LONG_MILLIS;
            case WHEN_IDLE, OVERDUE -> idle ? 0 : IDLE_MILLIS;
        };
    }

    private void commit(List<Inbox.Waiting> group) {
        if (group.isEmpty()) {
            return;
        }
        KeySpace.Stage stage = keys.new Stage(clock.instant().truncatedTo(ChronoUnit.MILLIS));
        List<CommitResult> results = new ArrayList<>(group.size());
        for (Inbox.Waiting waiting : group) {
            results.add(stage.add(waiting.transaction()));
        }
        if (!stage.commits().isEmpty()) {
            @Nullable StoreUnavailableException reason = append(stage.commits());
            if (reason != null) {
                group.forEach(waiting -> fail(waiting, reason));
                return;
            }
            metrics.recordGroup(stage.commits().size());
        }
        for (Commit commit : stage.commits()) {
            keys.apply(commit);
            for (LiveWatch watch : watches) {
                watch.tell(commit);
            }
        }
        long now = metrics.now();
        for (int i = 0; i < group.size(); i++) {
            Inbox.Waiting waiting = group.get(i);
            metrics.recordCommit(results.get(i), now - waiting.since());
            waiting.result().complete(results.get(i));
        }
    }

    /** Returns why the journal did not take the commits, or null if it did. */
    private @Nullable StoreUnavailableException append(List<Commit> commits) {
        try {
            if (appendFault != null) {
                journal.heal(keys.revision());
            }
            journal.append(commits);
            mended();
            return null;
        } catch (RuntimeException e) {
            return appendFailed(e);
        }
    }

    private StoreUnavailableException appendFailed(RuntimeException e) {
        StoreUnavailableException reason = unavailable("The store failed to write", e);
        if (fault().isEmpty()) {
            log.error("The store cannot write; it tries on. fault={}", reason.getMessage(), e);
        }
        appendFault = reason;
        return reason;
    }

    private void mended() {
        if (appendFault != null) {
            appendFault = null;
            log.info("The store can write again");
        }
    }

    /** What the writer does besides answering. */
    private void attend(boolean idle, List<Inbox.Waiting> group) {
        if (appendFault != null) {
            if (idle) {
                try {
                    journal.heal(keys.revision());
                    mended();
                } catch (RuntimeException e) {
                    appendFailed(e);
                }
            }
            return;
        }
        switch (journal.upkeepDue()) {
            case NONE -> upkeepFault = null;
            case WHEN_IDLE -> {
                if (idle) {
                    upkeep(IDLE_BUDGET);
                }
            }
            // Twice of what the group added: the tail shrinks, and callers wait in proportion to what they write.
            case OVERDUE -> upkeep(idle ? IDLE_BUDGET : 2 * Inbox.operations(group));
        }
    }

    private void upkeep(int budget) {
        try {
            journal.upkeep(keys, budget);
            upkeepFault = null;
        } catch (RuntimeException e) {
            if (upkeepFault == null) {
                log.error("The store can write, but not tidy up behind it", e);
            }
            upkeepFault = unavailable("The store can write, but its log cannot be folded and grows", e);
        }
    }

    /** Answers everybody who waits, as the writer will not come again. */
    private void giveUp(List<Inbox.Waiting> group, List<Inbox.Task<?>> tasks, Throwable cause) {
        inbox.close();
        StoreUnavailableException reason = new StoreUnavailableException(
                "The store stopped after an internal error: " + cause, "Start the process again.", cause);
        appendFault = reason;
        try {
            do {
                group.forEach(waiting -> fail(waiting, reason));
                tasks.forEach(task -> task.fail(reason));
                group.clear();
                tasks.clear();
            } while (inbox.take(group, tasks, 0));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts the writer", e);
        }
    }

    private void fail(Inbox.Waiting waiting, StoreUnavailableException reason) {
        if (waiting.result().completeExceptionally(reason)) {
            metrics.recordFailure();
        }
    }

    private CompletableFuture<CommitResult> refuse(RuntimeException reason) {
        metrics.recordFailure();
        return CompletableFuture.failedFuture(reason);
    }

    private StoreUnavailableException closed() {
        @Nullable StoreUnavailableException reason = appendFault;
        return reason != null ? reason : new StoreUnavailableException("The store is closed.");
    }

    private static StoreUnavailableException overloaded() {
        return new StoreUnavailableException(
                "The store is overloaded: " + Inbox.MAX_TRANSACTIONS + " transactions or " + Inbox.MAX_BYTES
                        + " bytes wait to be written.",
                "Try again later.",
                null);
    }

    private static StoreUnavailableException unavailable(String what, RuntimeException e) {
        return e instanceof StoreUnavailableException known ? known : new StoreUnavailableException(what + ": " + e, e);
    }
}
