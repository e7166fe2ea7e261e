package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class SampleUpstreamTest {

    @Test
    void eachSaysItsOwnUuidAndThatItIsWell() throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (SampleUpstream one = SampleUpstream.start(loopback, 0);
                SampleUpstream other = SampleUpstream.start(loopback, 0)) {
            assertThat(one.uuid()).isNotEqualTo(other.uuid());
            assertThat(get(one, "/").body()).isEqualTo("{\"success\":true,\"uuid\":\"" + one.uuid() + "\"}");
            assertThat(get(other, "/").body()).isEqualTo("{\"success\":true,\"uuid\":\"" + other.uuid() + "\"}");
            assertThat(get(one, "/healthz").body()).isEqualTo("{\"success\":true,\"message\":\"ok\"}");
            assertThat(get(one, "/healthz").headers().firstValue("Content-Type"))
                    .hasValue("application/json");
            assertThat(get(one, "/favicon.ico").statusCode()).isEqualTo(404);
        }
    }

    private static HttpResponse<String> get(SampleUpstream upstream, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + upstream.port() + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
