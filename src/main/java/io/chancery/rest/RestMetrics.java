package io.chancery.rest;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The API's meters; {@code docs/metrics.md} lists them. */
final class RestMetrics {

    private static final String REQUESTS = "chancery.rest.requests";
    private static final String UNMATCHED = "unmatched";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofSeconds(1)
    };

    private record Series(String route, String method, int status) {}

    private final MeterRegistry meters;
    private final Map<Series, Timer> timers = new ConcurrentHashMap<>();

    RestMetrics(MeterRegistry meters) {
        this.meters = meters;
        timer(new Series(EdsServiceServlet.PATH + EdsServiceServlet.REGISTER, "GET", 200));
    }

    /** The time now, in nanoseconds from an arbitrary origin. */
    long now() {
        return meters.config().clock().monotonicTime();
    }

    /**
     * Records one answered request.
     *
     * @param route the pattern that the path matched, so that there are as many as the program has; null if none did
     * @param began as {@link #now()} told
     */
    void record(@Nullable Object route, String method, int status, long began) {
        Series series = new Series(
                route == null ? UNMATCHED : route.toString(), METHODS.contains(method) ? method : "OTHER", status);
        timers.computeIfAbsent(series, this::timer).record(now() - began, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Series series) {
        return Timer.builder(REQUESTS)
                .description("Answered requests and how long they took, by route, method and status")
                .tag("route", series.route())
                .tag("method", series.method())
                .tag("status", Integer.toString(series.status()))
                .serviceLevelObjectives(BUCKETS)
                .register(meters);
    }
}
