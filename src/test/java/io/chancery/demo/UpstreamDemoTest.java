package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo against something that listens where Chancery would; with the real one it runs in {@code EnvoyDemoIT}. */
class UpstreamDemoTest {

    private static final Pattern CALL = Pattern.compile("POST /edsservice/(\\w+)\\?endpoint=127\\.0\\.0\\.1%3A(\\d+)");

    @TempDir
    Path folder;

    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final List<String> shown = new ArrayList<>();
    private HttpServer chancery;

    @BeforeEach
    void listen() throws IOException {
        chancery = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        chancery.createContext("/", exchange -> {
            try (exchange) {
                calls.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
                int status = calls.size() == 2 ? 503 : 200;
                exchange.sendResponseHeaders(status, -1);
            }
        });
        chancery.start();
    }

    @AfterEach
    void close() {
        chancery.stop(0);
    }

    @Test
    void upstreamsRegisterByHttpOnStartAndDeregisterOnStop() throws IOException, InterruptedException {
        UpstreamDemo demo = demo(Path.of("envoy.yaml"));
        demo.start(api(), 1);
        List<String> registered = ports("register");
        assertThat(registered).hasSize(5).doesNotHaveDuplicates();
        assertThat(ports("deregister")).isEmpty();

        demo.stop();

        List<String> accepted = new ArrayList<>(registered);
        accepted.remove(1);
        assertThat(ports("deregister")).isEqualTo(accepted);
        demo.stop();
        assertThat(ports("deregister")).hasSize(4);
    }

    @Test
    void withoutAnEnvoyItSaysWhatIsMissingAndGoesOn() throws IOException, InterruptedException {
        UpstreamDemo demo = demo(Path.of("envoy.yaml"));
        demo.start(api(), 1);

        assertThat(String.join("", shown))
                .contains("The demo runs without an Envoy: there is no Envoy on this machine, and no python3 on PATH")
                .contains("4 sample upstreams are registered all the same")
                .contains("curl \"" + api() + "/edsservice/deregister?endpoint=127.0.0.1:");
        demo.stop();
    }

    @Test
    void withoutTheBootstrapItSaysWhereItLooked() throws IOException, InterruptedException {
        UpstreamDemo demo = demo(folder.resolve("absent.yaml"));
        demo.start(api(), 1);

        assertThat(String.join("", shown))
                .contains(folder.resolve("absent.yaml") + " is not there")
                .contains("chancery.demo.bootstrap");
        demo.stop();
    }

    @Test
    void theGuideShowsThreeCurlsAndTheUrls() {
        String guide = DemoGuide.withEnvoy(
                5,
                URI.create("http://127.0.0.1:10000"),
                URI.create("http://127.0.0.1:9901"),
                URI.create("http://127.0.0.1:5000"),
                "127.0.0.1:8081");

        assertThat(guide.lines().filter(line -> line.strip().startsWith("curl ")))
                .containsExactly(
                        "  curl http://127.0.0.1:10000/",
                        "  curl \"http://127.0.0.1:5000/edsservice/deregister?endpoint=127.0.0.1:8081\"",
                        "  curl \"http://127.0.0.1:5000/edsservice/register?endpoint=127.0.0.1:8081\"");
        assertThat(guide)
                .contains("http://127.0.0.1:5000/v1/services/myservice/endpoints", "http://127.0.0.1:9901/clusters")
                .contains("http://127.0.0.1:5000/v3/api-docs", "/actuator/health", "/actuator/prometheus");
    }

    private UpstreamDemo demo(Path bootstrap) {
        EnvoyBinary nowhere = new EnvoyBinary(Map.of(), folder);
        return new UpstreamDemo(
                new DemoProperties(5, bootstrap, folder, 0, 0), new DemoEnvoy(nowhere, folder), shown::add);
    }

    private URI api() {
        return URI.create("http://127.0.0.1:" + chancery.getAddress().getPort());
    }

    private List<String> ports(String action) {
        return List.copyOf(calls).stream()
                .map(CALL::matcher)
                .filter(Matcher::matches)
                .filter(call -> call.group(1).equals(action))
                .map(call -> call.group(2))
                .toList();
    }
}
