package io.chancery.envoys;

import com.google.errorprone.annotations.ThreadSafe;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Asks Envoys' admin interfaces now and then how they see their hosts. All methods may be called from any thread.
 *
 * <p>At most {@value #AT_ONCE} are asked at once, each with a deadline, and none again before it has answered. What an Envoy
 * said last stays for as long as it is to be asked and does not answer. At most {@value #MAX_HOSTS} hosts are kept of all
 * of them together.
 */
@ThreadSafe
public final class EnvoyViews implements AutoCloseable {

    /*
     * One thread begins the rounds, and alone forgets whom it no longer asks. Each Envoy is asked on a virtual thread of its
     * own, which replaces what that Envoy said. Readers see whatever was said last.
     */

    static final int AT_ONCE = 16;
    static final int MAX_HOSTS = 100_000;

    private static final Logger log = LoggerFactory.getLogger(EnvoyViews.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_PAGE = 16 << 20;
    private static final JsonMapper JSON = new JsonMapper();

    private final Supplier<List<AdminTarget>> targets;
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
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final Map<String, Map<Subject, HostView>> views = new ConcurrentHashMap<>();
    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private final Map<String, Boolean> underWay = new ConcurrentHashMap<>();

    /** A host of a cluster. */
    private record Subject(String cluster, String address) {}

    /**
     * Asks nobody before it is started.
     *
     * @param targets whom to ask, asked for before each round; no node twice
     */
    public EnvoyViews(Supplier<List<AdminTarget>> targets, MeterRegistry meters) {
        this.targets = targets;
        this.metrics = new EnvoysMetrics(meters);
    }

    /** Begins to ask all of them, at this interval. */
    void start(Duration interval) {
        var _ = clock.scheduleWithFixedDelay(this::round, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One that fails would be the last. */
    private void round() {
        try {
            askAll(targets.get());
        } catch (RuntimeException e) {
            log.error("Asking the Envoys failed; it is tried again", e);
        }
    }

    private void askAll(List<AdminTarget> asked) {
        Set<String> nodes = asked.stream().map(AdminTarget::node).collect(Collectors.toCollection(HashSet::new));
        faults.keySet().retainAll(nodes);
        views.keySet().retainAll(nodes);
        SortedMap<String, List<HostView>> known = new TreeMap<>();
        views.forEach((node, hosts) -> known.put(node, List.copyOf(hosts.values())));
        metrics.show(known);
        for (AdminTarget target : asked) {
            if (underWay.putIfAbsent(target.node(), Boolean.TRUE) == null) {
                askers.execute(() -> {
                    try {
                        places.acquire();
                        try {
                            ask(target);
                        } finally {
                            places.release();
                        }
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    } finally {
                        underWay.remove(target.node());
                    }
                });
            }
        }
    }

    private void ask(AdminTarget target) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target.address().resolve("/clusters?format=json"))
                .timeout(TIMEOUT)
                .build();
        // The request's own time ends with the headers of the answer.
        CompletableFuture<HttpResponse<byte[]>> asked = client.sendAsync(
                request, HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), MAX_PAGE));
        try {
            HttpResponse<byte[]> response = asked.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() == 200) {
                keep(target, ClustersPage.read(JSON.readTree(response.body())));
            } else {
                failed(target, "status " + response.statusCode());
            }
        } catch (ExecutionException e) {
            failed(target, String.valueOf(e.getCause()));
        } catch (TimeoutException _) {
            failed(target, "no answer within " + TIMEOUT.toSeconds() + " s");
        } catch (JacksonException _) {
            failed(target, "no JSON");
        } finally {
            asked.cancel(true);
        }
    }

    private void keep(AdminTarget target, List<HostView> hosts) {
        int others = views.entrySet().stream()
                .filter(view -> !view.getKey().equals(target.node()))
                .mapToInt(view -> view.getValue().size())
                .sum();
        if (others + hosts.size() > MAX_HOSTS) {
            failed(target, "more than " + MAX_HOSTS + " hosts of all Envoys together");
            return;
        }
        views.put(
                target.node(),
                hosts.stream()
                        .collect(Collectors.toMap(
                                host -> new Subject(host.cluster(), host.address()),
                                host -> host,
                                (first, _) -> first)));
        metrics.answered();
        if (faults.remove(target.node()) != null) {
            log.info("An Envoy's admin interface answers again. node={}", printable(target.node()));
        }
    }

    private void failed(AdminTarget target, String reason) {
        metrics.failed();
        if (faults.put(target.node(), reason) == null) {
            log.warn(
                    "An Envoy's admin interface gives no answer that can be used. node={} reason={}",
                    printable(target.node()),
                    printable(reason));
        }
    }

    /** Who is connected chooses its own name. */
    private static String printable(String text) {
        return text.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .limit(200)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
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
