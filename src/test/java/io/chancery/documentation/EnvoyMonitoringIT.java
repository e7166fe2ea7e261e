package io.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.FreePorts;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingConversation;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingUpstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the dashboards ask of Envoys, a real one has, once it does what they show. */
class EnvoyMonitoringIT {

    @TempDir
    Path folder;

    @Test
    void whatDashboardsAskOfEnvoysIsInTheirScrape() throws Exception {
        int tcp = FreePorts.one();
        try (TestingApplication application = TestingApplication.start();
                TestingUpstream upstream = TestingUpstream.start()) {
            application.send("POST", "/v1/apply", TestingDocuments.list("""
                    kind: Service
                    name: shop
                    spec:
                      endpoints: "%s"
                      healthCheck: {http: {path: /}, timeout: 1s, interval: 1s, noTrafficInterval: 1s}
                      outlierDetection: {consecutive5xx: 3}
                    ---
                    kind: Listener
                    name: shop
                    spec:
                      address: 127.0.0.1
                      port: %d
                      routes: [{service: shop}]
                      rateLimit: {requests: 1000, interval: 1s}
                    ---
                    kind: Listener
                    name: tcp
                    spec: {protocol: tcp, address: 127.0.0.1, port: %d, service: shop}
                    """.formatted(
                            upstream.endpoint(), FreePorts.one(), tcp)));
            try (TestingEnvoy envoy = TestingEnvoy.startDynamic(
                    folder, application.xdsPort(), new NodeName("edge-1", "test"), "shop", "")) {
                await("an answer")
                        .atMost(Duration.ofSeconds(10))
                        .until(() -> envoy.get().statusCode() == 200);
                assertThat(TestingConversation.ask(tcp, "GET / HTTP/1.0\r\n")).isPresent();

                Set<String> wanted = new TreeSet<>(Dashboard.allMetrics());
                wanted.removeIf(metric -> !metric.startsWith("envoy_"));
                assertThat(wanted).hasSizeGreaterThan(30);
                // Envoy merges what its histograms have gathered every 5 s.
                await("all of them").atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
                    Set<String> absent = new TreeSet<>(wanted);
                    absent.removeAll(Dashboard.scraped(envoy.adminPage("/stats/prometheus")));
                    assertThat(absent).isEmpty();
                });
            }
        }
    }
}
