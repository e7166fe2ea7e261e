package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks Chancery as anybody would: one HTTP request each. */
final class ChanceryClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final URI chancery;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * @param chancery the HTTP API, for example {@code http://127.0.0.1:5000}
     */
    ChanceryClient(URI chancery) {
        this.chancery = chancery;
    }

    /** What Chancery said. */
    sealed interface Result {

        /** It did as asked. */
        record Done(String answer) implements Result {}

        /** It did not, or could not be asked. */
        record Failed(String reason) implements Result {}
    }

    Result register(String endpoint) {
        return call("register", endpoint);
    }

    Result deregister(String endpoint) {
        return call("deregister", endpoint);
    }

    /**
     * Asks for the file that an Envoy is started with.
     *
     * @param xdsPort where it finds Chancery, on this machine
     * @param adminPort where it shows its admin pages; 0 takes a free port
     */
    Result bootstrap(String node, String cluster, int xdsPort, int adminPort) {
        return call(HttpRequest.newBuilder(chancery.resolve("/v1/bootstrap?node=" + node + "&cluster=" + cluster
                + "&xds=127.0.0.1:" + xdsPort + "&admin=127.0.0.1:" + adminPort)));
    }

    private Result call(String action, String endpoint) {
        String query = "endpoint=" + URLEncoder.encode(endpoint, StandardCharsets.UTF_8);
        return call(HttpRequest.newBuilder(chancery.resolve("/edsservice/" + action + "?" + query))
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private Result call(HttpRequest.Builder builder) {
        HttpRequest request = builder.timeout(TIMEOUT).build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200
                    ? new Result.Done(response.body())
                    : new Result.Failed("HTTP " + response.statusCode() + ": " + response.body());
        } catch (IOException e) {
            return new Result.Failed(chancery + " cannot be reached: " + e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Result.Failed("interrupted");
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
