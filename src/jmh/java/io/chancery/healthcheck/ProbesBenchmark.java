package io.chancery.healthcheck;

import com.sun.management.OperatingSystemMXBean;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.IpAddress;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.HealthLedger;
import io.chancery.registry.RegistrationRequest;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * The processor time of this process while it probes endpoints of the loopback network, which answer in another process. A
 * program and not a JMH benchmark, as what counts is time of processors and not of a call.
 *
 * <p>Arguments: what is asked ({@code tcp}: connect; {@code ping}: send and expect; {@code http}), how many endpoints, the
 * interval in seconds, and the seconds to measure, after as many to warm up.
 */
public final class ProbesBenchmark {

    private static final int PER_SERVICE = 1_000;

    private ProbesBenchmark() {}

    /** Prints one line. */
    public static void main(String[] arguments) throws Exception {
        int count = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[3]);
        Process targets = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ProbedTargets.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Store store = Stores.inMemory(InstantSource.system(), meters);
                EndpointRegistry registry = new EndpointRegistry(store, PER_SERVICE, meters);
                ManifestRegistry manifests = new ManifestRegistry(
                        store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
                Probes probes = probes(registry, manifests, meters)) {
            int firstPort = Integer.parseInt(targets.inputReader().readLine());
            for (int service = 0; service < count / PER_SERVICE; service++) {
                declare(manifests, "service-" + service, arguments[0], arguments[2]);
                register(registry, service, firstPort);
            }
            probes.start();
            TimeUnit.SECONDS.sleep(seconds);
            measure(arguments[0], meters, targets, seconds);
        } finally {
            targets.destroyForcibly();
        }
    }

    private static Probes probes(EndpointRegistry registry, ManifestRegistry manifests, SimpleMeterRegistry meters) {
        return new Probes(
                new Probes.Sources(registry, manifests, new HealthLedger(registry)::report),
                new Probes.Settings(
                        new DeniedNetworks(List.of()),
                        4_096,
                        new FlapLimits(6, Duration.ofSeconds(30), Duration.ofMinutes(10))),
                HealthcheckConfiguration.workers(meters),
                new ProbeRounds.Surroundings(
                        InstantSource.system(), new SplittableRandom(), new HealthcheckMetrics(meters)));
    }

    private static void declare(ManifestRegistry manifests, String name, String kind, String interval) {
        String probe =
                switch (kind) {
                    case "tcp" -> "\"tcp\": {}";
                    case "ping" -> "\"tcp\": {\"send\": \"50494e470d0a\", \"receive\": \"2b504f4e47\"}";
                    case "http" -> "\"http\": {\"path\": \"/healthz\"}";
                    default -> throw new IllegalArgumentException(kind);
                };
        String document = "{\"kind\": \"Service\", \"name\": \"" + name + "\", \"spec\": {\"probe\": {" + probe
                + ", \"interval\": \"" + interval + "s\"}}}";
        if (!(Documents.read(0, new JsonMapper().readTree(document)) instanceof DocumentResult.Read(Change change))
                || !(manifests.apply(List.of(change), "benchmark") instanceof ApplyResult.Applied)) {
            throw new IllegalStateException(document);
        }
    }

    /** A thousand endpoints: a hundred ports of ten addresses. */
    private static void register(EndpointRegistry registry, int service, int firstPort) {
        List<RegistrationRequest> all = new ArrayList<>();
        for (int i = 0; i < PER_SERVICE; i++) {
            IpAddress address = new IpAddress("127.0." + (1 + service) + '.' + (1 + i / ProbedTargets.PORTS));
            all.add(new RegistrationRequest.Register(
                    new ServiceName("service-" + service),
                    Endpoint.of(new HostPort(address, firstPort + i % ProbedTargets.PORTS))));
        }
        registry.applyBatch(all);
    }

    private static void measure(String kind, SimpleMeterRegistry meters, Process targets, int seconds)
            throws InterruptedException {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = process.getProcessCpuTime();
        long theirs = cpu(targets);
        long passed = probes(meters, "passed");
        long begin = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double elapsed = System.nanoTime() - begin;
        long done = probes(meters, "passed") - passed;
        System.out.printf(
                "%s probes/s=%.0f failed=%d cpu=%.1f%% of a core, %.0f us each; of those who answer %.1f%%; mean latency %.2f ms%n",
                kind,
                done / elapsed * 1e9,
                probes(meters, "failed") + probes(meters, "timed-out") + probes(meters, "not-asked"),
                (process.getProcessCpuTime() - cpu) / elapsed * 100,
                (process.getProcessCpuTime() - cpu) / 1e3 / Math.max(1, done),
                (cpu(targets) - theirs) / elapsed * 100,
                meters.find("chancery.healthcheck.probes").tag("outcome", "passed").timers().stream()
                        .mapToDouble(timer -> timer.mean(TimeUnit.MILLISECONDS))
                        .max()
                        .orElse(0));
    }

    private static long cpu(Process targets) {
        return targets.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
    }

    private static long probes(SimpleMeterRegistry meters, String outcome) {
        return meters.find("chancery.healthcheck.probes").tag("outcome", outcome).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }
}
