package io.chancery.demo;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Registers and deregisters as any instance would: one HTTP request to Chancery each. */
final class RegistrationClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final URI chancery;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * @param chancery the HTTP API, for example {@code http://127.0.0.1:5000}
     */
    RegistrationClient(URI chancery) {
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

    private Result call(String action, String endpoint) {
        String query = "endpoint=" + URLEncoder.encode(endpoint, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(chancery.resolve("/edsservice/" + action + "?" + query))
                .POST(HttpRequest.BodyPublishers.noBody())
                .timeout(TIMEOUT)
                .build();
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
