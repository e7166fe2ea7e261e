package io.chancery.envoys;

import com.google.errorprone.annotations.ThreadSafe;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks Envoys' admin interfaces now and then how they see their hosts. All methods may be called from any thread.
 *
 * <p>Each Envoy is asked on a virtual thread of its own, with a deadline, and not again before it has answered: one that is
 * slow delays no other. What an Envoy said last stays for as long as it does not answer.
 */
@ThreadSafe
public final class EnvoyViews implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EnvoyViews.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_PAGE = 64 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final List<AdminTarget> targets;
    private final EnvoysMetrics metrics;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    private final ExecutorService askers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("envoy-admin-", 0).factory());
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("envoy-admin-clock").daemon().factory());
    private final Map<String, Map<Subject, HostView>> views = new ConcurrentHashMap<>();
    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private final Map<String, Boolean> underWay = new ConcurrentHashMap<>();

    /** A host of a cluster. */
    private record Subject(String cluster, String address) {}

    /** Asks nobody before it is started. */
    public EnvoyViews(List<AdminTarget> targets, MeterRegistry meters) {
        this.targets = List.copyOf(targets);
        this.metrics = new EnvoysMetrics(meters);
    }

    /** Begins to ask all of them, at this interval. */
    void start(Duration interval) {
        if (!targets.isEmpty()) {
            var _ = clock.scheduleWithFixedDelay(this::askAll, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void askAll() {
        for (AdminTarget target : targets) {
            if (underWay.putIfAbsent(target.node(), Boolean.TRUE) == null) {
                askers.execute(() -> {
                    try {
                        ask(target);
                    } finally {
                        underWay.remove(target.node());
                    }
                });
            }
        }
    }

    private void ask(AdminTarget target) {
        HttpRequest request = HttpRequest.newBuilder(target.address().resolve("/clusters?format=json"))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    failed(target, "status " + response.statusCode());
                    return;
                }
                byte[] page = body.readNBytes(MAX_PAGE);
                List<HostView> hosts = ClustersPage.read(JSON.readTree(page));
                views.put(
                        target.node(),
                        hosts.stream()
                                .collect(Collectors.toMap(
                                        host -> new Subject(host.cluster(), host.address()),
                                        host -> host,
                                        (first, _) -> first)));
                metrics.answered(target.node(), hosts);
                if (faults.remove(target.node()) != null) {
                    log.info("An Envoy's admin interface answers again. node={}", target.node());
                }
            }
        } catch (IOException | JacksonException e) {
            failed(target, e.getClass().getSimpleName());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void failed(AdminTarget target, String reason) {
        metrics.failed();
        if (faults.put(target.node(), reason) == null) {
            log.warn("An Envoy's admin interface does not answer. node={} reason={}", target.node(), reason);
        }
    }

    /**
     * How each Envoy sees a host, by node.
     *
     * @param address IP:PORT
     */
    public SortedMap<String, HostView> of(String cluster, String address) {
        Subject subject = new Subject(cluster, address);
        SortedMap<String, HostView> seen = new TreeMap<>();
        views.forEach((node, hosts) -> {
            HostView host = hosts.get(subject);
            if (host != null) {
                seen.put(node, host);
            }
        });
        return seen;
    }

    /** Waits for nobody. */
    @Override
    public void close() {
        clock.shutdownNow();
        askers.shutdownNow();
        client.shutdownNow();
    }
}
