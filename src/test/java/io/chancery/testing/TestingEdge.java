package io.chancery.testing;

import io.chancery.testing.TestingEnvoy.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged server, and a real Envoy that has {@code myservice} from it. */
public final class TestingEdge implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String ENDPOINTS = "/v1/services/myservice/endpoints";

    private final TestingServer server;
    private final TestingEnvoy envoy;

    private TestingEdge(TestingServer server, TestingEnvoy envoy) {
        this.server = server;
        this.envoy = envoy;
    }

    /** Starts both, with what they write in a folder. */
    public static TestingEdge start(Path folder) throws IOException, InterruptedException {
        TestingServer server = TestingServer.start(folder.resolve("data"));
        return new TestingEdge(server, TestingEnvoy.start(folder, Variant.DELTA_GRPC, server.xdsPort()));
    }

    public TestingServer server() {
        return server;
    }

    public TestingEnvoy envoy() {
        return envoy;
    }

    /** Declares how the service's endpoints are probed, in the JSON of a manifest. */
    public void probe(String probe) throws IOException, InterruptedException {
        server.apply("[{\"kind\": \"Service\", \"name\": \"myservice\", \"spec\": {\"probe\": " + probe + "}}]");
    }

    /** The addresses that are registered. */
    public Set<String> registered() throws IOException, InterruptedException {
        Set<String> addresses = new TreeSet<>();
        JSON.readTree(server.get(ENDPOINTS).body())
                .path("endpoints")
                .forEach(endpoint -> addresses.add(endpoint.path("address").asString() + ":"
                        + endpoint.path("port").asInt()));
        return addresses;
    }

    /** What Chancery has observed of an endpoint. */
    public JsonNode observed(String endpoint) throws IOException, InterruptedException {
        return JSON.readTree(server.get(ENDPOINTS + "/" + endpoint).body()).path("observed");
    }

    /** What Chancery's probes say of it, empty where they say nothing. */
    public String verdict(String endpoint) throws IOException, InterruptedException {
        return observed(endpoint).path("verdict").asString("");
    }

    /** What Envoy holds against it. */
    public String flags(String endpoint) throws IOException, InterruptedException {
        return host(endpoint, "health_flags").orElse("");
    }

    /** What Envoy's page of clusters says of it under a name; nothing where it has no such host. */
    public Optional<String> host(String endpoint, String name) throws IOException, InterruptedException {
        String start = "myservice::" + endpoint + "::" + name + "::";
        return envoy.adminPage("/clusters")
                .lines()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .findFirst();
    }

    @Override
    public void close() {
        envoy.close();
        server.close();
    }
}
