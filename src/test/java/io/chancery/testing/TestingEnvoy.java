package io.chancery.testing;

import io.chancery.demo.EnvoyBinary;
import io.chancery.demo.EnvoyBootstrap;
import io.chancery.demo.EnvoyProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A real Envoy, started from the project's {@code envoy.yaml} with free ports in place of its own. */
public final class TestingEnvoy implements AutoCloseable {

    private static final Pattern ENDPOINT = Pattern.compile("(?m)^myservice::([\\d.]+:\\d+)::");
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
        return switch (EnvoyProcess.start(binary(), bootstrap, folder)) {
            case EnvoyProcess.StartResult.Failed(String reason) -> throw new AssertionError("Envoy: " + reason);
            case EnvoyProcess.StartResult.Started(EnvoyProcess started) -> {
                int port = started.awaitListener(UNTIL_LISTENING)
                        .orElseThrow(() -> new AssertionError("Envoy does not listen, see " + started.log()));
                yield new TestingEnvoy(started, port);
            }
        };
    }

    /**
     * Starts one that has everything from the control plane, listeners and routes included, and waits until its listener
     * {@code ingress} takes requests.
     */
    public static TestingEnvoy startDynamic(Path parent, Variant variant, int xdsPort, String node)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(parent, "envoy-");
        Path bootstrap = folder.resolve("envoy.yaml");
        Files.writeString(bootstrap, """
            node: { id: %s, cluster: test }
            admin: { address: { socket_address: { address: 127.0.0.1, port_value: 0 } } }
            dynamic_resources:
              ads_config:
                api_type: %s
                transport_api_version: V3
                grpc_services: [ { envoy_grpc: { cluster_name: chancery } } ]
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
        return start(bootstrap, folder);
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
