package io.chancery.healthcheck;

import io.chancery.registry.EndpointKey;
import io.chancery.registry.VerdictReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has verdicts written down: the first one at once, those that come while it is written together after it. What cannot be
 * written is kept and tried again; of each endpoint only the latest verdict is kept. Used by the agenda's thread only.
 */
final class VerdictReporter {

    private static final Logger LOG = LoggerFactory.getLogger(VerdictReporter.class);

    private static final int MOST_AT_ONCE = 1_000;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Consumer<List<VerdictReport>> ledger;
    private final Executor writer;
    private final Agenda agenda;
    private final HealthcheckMetrics metrics;
    private final Consumer<EndpointKey> written;

    private final SequencedMap<EndpointKey, VerdictReport> waiting = new LinkedHashMap<>();
    private final SequencedMap<EndpointKey, VerdictReport> writing = new LinkedHashMap<>();

    /** Less than usual after a failure: a store may refuse what is too much for one transaction. */
    private int atOnce = MOST_AT_ONCE;

    private boolean due;
    private boolean failing;

    /**
     * @param ledger blocks until what it is given is durable, or throws
     * @param writer on which it may block, one task at a time
     * @param written told of each endpoint whose verdict was written, on the agenda's thread
     */
    VerdictReporter(
            Consumer<List<VerdictReport>> ledger,
            Executor writer,
            Agenda agenda,
            HealthcheckMetrics metrics,
            Consumer<EndpointKey> written) {
        this.ledger = ledger;
        this.writer = writer;
        this.agenda = agenda;
        this.metrics = metrics;
        this.written = written;
    }

    void report(VerdictReport report) {
        waiting.put(keyOf(report), report);
        if (!due && writing.isEmpty()) {
            // After what is on the agenda already: results that came together are written together.
            due = true;
            agenda.soon(this::write);
        }
    }

    /** Drops what is not being written yet. */
    void forget(EndpointKey key) {
        waiting.remove(key);
    }

    /** Whether something is said of this endpoint that is not written yet. */
    boolean isPending(EndpointKey key) {
        return waiting.containsKey(key) || writing.containsKey(key);
    }

    private static EndpointKey keyOf(VerdictReport report) {
        return new EndpointKey(report.service(), report.endpoint());
    }

    private void write() {
        due = false;
        Iterator<VerdictReport> next = waiting.values().iterator();
        while (next.hasNext() && writing.size() < atOnce) {
            VerdictReport report = next.next();
            next.remove();
            writing.put(keyOf(report), report);
        }
        if (writing.isEmpty()) {
            return;
        }
        List<VerdictReport> batch = List.copyOf(writing.values());
        try {
            writer.execute(() -> write(batch));
        } catch (RejectedExecutionException _) {
            // All is being closed; after a restart the probes begin with what was written.
        }
    }

    private void write(List<VerdictReport> batch) {
        try {
            ledger.accept(batch);
        } catch (RuntimeException e) {
            agenda.soon(() -> failed(e));
            return;
        }
        agenda.soon(this::succeeded);
    }

    private void succeeded() {
        metrics.recordWritten(writing.size());
        if (failing) {
            failing = false;
            LOG.info("Verdicts are written again");
        }
        List<EndpointKey> done = new ArrayList<>(writing.keySet());
        writing.clear();
        atOnce = Math.min(MOST_AT_ONCE, 2 * atOnce);
        done.forEach(written);
        if (!waiting.isEmpty() && !due) {
            write();
        }
    }

    private void failed(RuntimeException e) {
        metrics.recordFailed(writing.size());
        if (!failing) {
            failing = true;
            LOG.warn("Verdicts cannot be written; they are kept and tried again: {}", e.getMessage());
        }
        writing.forEach(waiting::putIfAbsent);
        atOnce = Math.max(1, writing.size() / 2);
        writing.clear();
        due = true;
        var _ = agenda.in(RETRY, this::write);
    }
}
