package io.chancery.testing;

import io.chancery.demo.EnvoyBinary;
import io.chancery.demo.EnvoyBootstrap;
import io.chancery.demo.EnvoyProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real Envoy, started from the project's {@code envoy.yaml} with free ports in place of its own. */
public final class TestingEnvoy implements AutoCloseable {

    private static final Pattern ENDPOINT = Pattern.compile("(?m)^myservice::([\\d.]+:\\d+)::");
    private static final Pattern STATISTIC = Pattern.compile("[^\\s]+: \\d+");
    private static final Duration UNTIL_LISTENING = Duration.ofSeconds(30);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final EnvoyProcess process;
    private final URI ingress;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestingEnvoy(EnvoyProcess process, int port) {
        this.process = process;
        this.ingress = URI.create("http://127.0.0.1:" + port);
    }

    /** The variants of ADS that {@code envoy.yaml} can be set to. */
    public enum Variant {
        DELTA_GRPC,
        GRPC
    }

    /** Starts one and waits until it takes requests, which it does once it was told its clusters. */
    public static TestingEnvoy start(Path parent, Variant variant, int xdsPort)
            throws IOException, InterruptedException {
        return start(parent, variant, xdsPort, "");
    }

    /** The same, with something more at the end of its bootstrap. */
    public static TestingEnvoy start(Path parent, Variant variant, int xdsPort, String more)
            throws IOException, InterruptedException {
        return start(parent, variant, xdsPort, bootstrap -> bootstrap + more);
    }

    /** The same, with its bootstrap changed. */
    public static TestingEnvoy start(Path parent, Variant variant, int xdsPort, UnaryOperator<String> change)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "envoy-");
        Path bootstrap = folder.resolve("envoy.yaml");
        EnvoyBootstrap.read(Path.of("envoy.yaml"))
                .withXdsPort(xdsPort)
                .withListenerPort(0)
                .withAdminPort(0)
                .withApiType(variant.name())
                .write(bootstrap);
        Files.writeString(bootstrap, change.apply(Files.readString(bootstrap)));
        return start(bootstrap, folder);
    }

    private static TestingEnvoy start(Path bootstrap, Path folder) throws IOException, InterruptedException {
        return awaiting(process(bootstrap, folder), "ingress");
    }

    /**
     * Starts one that has everything from the control plane, listeners and routes included, and waits until its listener
     * {@code ingress} takes requests.
     */
    public static TestingEnvoy startDynamic(Path parent, Variant variant, int xdsPort, String node)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "envoy-");
        return start(dynamicBootstrap(folder, variant, xdsPort, "id: " + node + ", cluster: test"), folder);
    }

    /**
     * The same for a node of some cluster, in whose place another listener is waited for.
     *
     * @param node its id and its cluster
     * @param more at the end of its bootstrap
     */
    public static TestingEnvoy startDynamic(Path parent, int xdsPort, NodeName node, String listener, String more)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "envoy-");
        Path bootstrap = dynamicBootstrap(
                folder, Variant.DELTA_GRPC, xdsPort, "id: " + node.id() + ", cluster: " + node.cluster());
        Files.writeString(bootstrap, more, StandardOpenOption.APPEND);
        return awaiting(process(bootstrap, folder), listener);
    }

    private static TestingEnvoy awaiting(EnvoyProcess started, String listener)
            throws IOException, InterruptedException {
        Optional<Map<String, Integer>> ports = started.awaitListeners(List.of(listener), UNTIL_LISTENING);
        if (ports.isEmpty()) {
            started.close();
            throw new AssertionError("Envoy does not listen; " + started.lastWords());
        }
        return new TestingEnvoy(started, ports.get().getOrDefault(listener, 0));
    }

    /** What a node calls itself. */
    public record NodeName(String id, String cluster) {}

    private static Path dynamicBootstrap(Path folder, Variant variant, int xdsPort, String node) throws IOException {
        Path bootstrap = folder.resolve("envoy.yaml");
        Files.writeString(bootstrap, """
            node: { %s }
            admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }
            dynamic_resources:
              ads_config:
                api_type: %s
                transport_api_version: V3
                grpc_services:
                  - envoy_grpc:
                      cluster_name: chancery
                      retry_policy: { retry_back_off: { base_interval: 0.5s, max_interval: 5s } }
              cds_config: { ads: {}, resource_api_version: V3 }
              lds_config: { ads: {}, resource_api_version: V3 }
            static_resources:
              clusters:
                - name: chancery
                  type: STATIC
                  connect_timeout: 1s
                  typed_extension_protocol_options:
                    envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                      "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                      explicit_http_config: { http2_protocol_options: {} }
                  load_assignment:
                    cluster_name: chancery
                    endpoints:
                      - lb_endpoints:
                          - endpoint: { address: { socket_address: { address: 127.0.0.1, port_value: %d } } }
            """.formatted(node, variant.name(), xdsPort));
        return bootstrap;
    }

    private static EnvoyProcess process(Path bootstrap, Path folder) throws IOException, InterruptedException {
        return switch (EnvoyProcess.start(binary(), bootstrap, folder)) {
            case EnvoyProcess.StartResult.Failed(String reason) -> throw new AssertionError("Envoy: " + reason);
            case EnvoyProcess.StartResult.Started(EnvoyProcess started) -> started;
        };
    }

    /** The names of its listeners. */
    public Set<String> listeners() throws IOException, InterruptedException {
        return process.listeners().keySet();
    }

    /** Sends any request, whose client follows nothing and keeps its spelling. */
    public HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(ingress.resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The values of all its statistics whose name matches, by name. */
    public Map<String, Long> stats(String regex) throws IOException, InterruptedException {
        return process.adminPage("/stats?filter=" + URLEncoder.encode(regex, StandardCharsets.UTF_8))
                .lines()
                .filter(line -> STATISTIC.matcher(line).matches())
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(": ")),
                        line -> Long.parseUnsignedLong(line.substring(line.lastIndexOf(": ") + 2))));
    }

    /** The Envoy of this machine. */
    public static Path binary() {
        return switch (EnvoyBinary.ofThisMachine().findOrInstall()) {
            case EnvoyBinary.Result.Found(Path binary, String _) -> binary;
            case EnvoyBinary.Result.Missing(String what, String remedy) ->
                throw new AssertionError("This test needs a real Envoy, but " + what + "; " + remedy);
        };
    }

    /** Where it takes requests. */
    public URI ingress() {
        return ingress;
    }

    /** Sends one request through it to {@code myservice}. */
    public HttpResponse<String> get() throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(ingress.resolve("/"))
                        .timeout(REQUEST_TIMEOUT)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** Returns the value of one counter or gauge of its statistics, 0 where it does not exist yet. */
    public long stat(String name) throws IOException, InterruptedException {
        return process.adminPage("/stats?usedonly&filter=%5E" + name.replace(".", "%5C.") + "%24")
                .lines()
                .filter(line -> line.startsWith(name + ": "))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(name.length() + 2)))
                .findFirst()
                .orElse(0);
    }

    /** Where its admin interface is. */
    public URI admin() {
        return process.admin();
    }

    /** Returns a page of its admin interface. */
    public String adminPage(String path) throws IOException, InterruptedException {
        return process.adminPage(path);
    }

    /** The addresses that it has for {@code myservice}. */
    public Set<String> endpoints() throws IOException, InterruptedException {
        return ENDPOINT.matcher(process.adminPage("/clusters"))
                .results()
                .map(line -> line.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public void close() {
        process.close();
        client.shutdownNow();
    }
}
