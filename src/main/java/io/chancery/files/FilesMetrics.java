package io.chancery.files;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** The watched files' meters; {@code docs/metrics.md} lists them. */
final class FilesMetrics {

    private final Counter applied;
    private final Counter faulty;

    FilesMetrics(MeterRegistry meters, FileSources sources) {
        applied = counter(meters, "applied");
        faulty = counter(meters, "faulty");
        gauge(meters, sources, "good", all -> all.watched() - all.faulty());
        gauge(meters, sources, "faulty", FileSources::faulty);
    }

    /** What a file or folder says was put in force. */
    void recordApplied() {
        applied.increment();
    }

    /** What a file or folder says cannot be put in force. */
    void recordFaulty() {
        faulty.increment();
    }

    private static void gauge(
            MeterRegistry meters, FileSources sources, String state, ToDoubleFunction<FileSources> count) {
        Gauge.builder("chancery.files.sources", sources, count)
                .description("Watched files and folders, by whether what they say is in force")
                .tag("state", state)
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("chancery.files.changes")
                .description("Changes of watched files and folders, by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }
}
