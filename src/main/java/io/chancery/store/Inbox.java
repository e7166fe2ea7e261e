package io.chancery.store;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What waits for the store's writer: transactions and tasks, both bounded. Any thread may put something in; one thread
 * takes out.
 */
@ThreadSafe
final class Inbox {

    /*
     * One lock around two queues. Closing happens under the same lock as putting in, so whatever was accepted is taken
     * out: no caller waits for an answer that never comes.
     */

    /** Waiting transactions: about a tenth of a second of the fastest load measured. */
    static final int MAX_TRANSACTIONS = 16_384;

    /** Bytes of all waiting transactions together. */
    static final long MAX_BYTES = 256L << 20;

    /** Waiting reads, watches and pages of history. */
    static final int MAX_TASKS = 1_024;

    /** A group is one write to the disk: large enough to share its cost, small enough that nobody waits long for it. */
    static final int MAX_GROUP = 4_096;

    static final long MAX_GROUP_BYTES = 16L << 20;

    /** What became of an attempt to put something in. */
    enum Offer {
        ACCEPTED,
        FULL,
        CLOSED
    }

    /**
     * A transaction and the future of whoever waits for it.
     *
     * @param since when it was put in, in nanoseconds of the meters' clock
     */
    record Waiting(Transaction transaction, long bytes, long since, CompletableFuture<CommitResult> result) {}

    /** Work for the writer's thread, and the future of whoever waits for its answer. */
    record Task<T>(Supplier<T> work, CompletableFuture<T> answer) {

        void run() {
            try {
                answer.complete(work.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        }

        void fail(StoreUnavailableException reason) {
            answer.completeExceptionally(reason);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();

    @GuardedBy("lock")
    private final ArrayDeque<Waiting> transactions = new ArrayDeque<>();

    @GuardedBy("lock")
    private final ArrayDeque<Task<?>> tasks = new ArrayDeque<>();

    @GuardedBy("lock")
    private long bytes;

    @GuardedBy("lock")
    private boolean closed;

    Offer offer(Waiting waiting) {
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (transactions.size() >= MAX_TRANSACTIONS || bytes + waiting.bytes() > MAX_BYTES) {
                return Offer.FULL;
            }
            transactions.add(waiting);
            bytes += waiting.bytes();
            filled.signal();
            return Offer.ACCEPTED;
        } finally {
            lock.unlock();
        }
    }

    Offer offer(Task<?> task) {
        lock.lock();
        try {
            if (closed) {
                return Offer.CLOSED;
            }
            if (tasks.size() >= MAX_TASKS) {
                return Offer.FULL;
            }
            tasks.add(task);
            filled.signal();
            return Offer.ACCEPTED;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until there is something or the time is over, then moves a group of transactions and all tasks to the lists.
     *
     * @param patienceMillis how long to wait
     * @return false once the inbox is closed and everything was taken out
     */
    boolean take(List<Waiting> group, List<Task<?>> due, long patienceMillis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(patienceMillis);
            while (transactions.isEmpty() && tasks.isEmpty() && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            if (closed && transactions.isEmpty() && tasks.isEmpty()) {
                return false;
            }
            due.addAll(tasks);
            tasks.clear();
            long taken = 0;
            while (!transactions.isEmpty() && group.size() < MAX_GROUP && taken < MAX_GROUP_BYTES) {
                Waiting next = transactions.remove();
                taken += next.bytes();
                group.add(next);
            }
            bytes -= taken;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing is accepted from here on; what was accepted can still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the size of the transaction's keys and values in bytes. */
    static long sizeOf(Transaction transaction) {
        long bytes = 0;
        for (Operation operation : transaction.operations()) {
            bytes += Utf8.length(operation.key());
            bytes += switch (operation) {
                case Operation.Put(String _, byte[] value) -> value.length;
                case Operation.Delete _ -> 0;
            };
        }
        return bytes;
    }

    /** Returns how many operations the transactions have together. */
    static int operations(List<Waiting> group) {
        int operations = 0;
        for (Waiting waiting : group) {
            operations += waiting.transaction().operations().size();
        }
        return operations;
    }
}
