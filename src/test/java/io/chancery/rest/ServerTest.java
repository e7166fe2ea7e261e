package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.documentation.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** What only the whole server shows: how it takes broken HTTP, where it binds, what it tells of itself. */
@RunningServer
class ServerTest {

    private static final String PUT = String.join(
            "\r\n",
            "PUT /v1/services/a/endpoints/10.0.0.1:80 HTTP/1.1",
            "Host: a",
            "Content-Type: application/json",
            "");

    @LocalServerPort
    private int port;

    /** None of these reaches a controller. */
    @ParameterizedTest(name = "{0} -> {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /v1/{x HTTP/1.1             | 400 | malformed-request",
                "GET /v1/ services HTTP/1.1      | 400 | malformed-request",
                "GET /v1/%zz HTTP/1.1            | 400 | malformed-request",
                "GET /v1/services/a%2fb HTTP/1.1 | 400 | malformed-request",
                "GET /v1/services/a%5Cb HTTP/1.1 | 400 | malformed-request",
                "GET /v1/services/a;b HTTP/1.1   | 400 | malformed-request",
                "GET /edsservice/register?endpoint=%zz HTTP/1.1 | 400 | invalid-value",
                "nonsense                        | 400 | malformed-request",
                "GET /nowhere HTTP/1.1           | 404 | unknown-path",
                "GET /error HTTP/1.1             | 404 | unknown-path",
                "GET / HTTP/1.1                  | 404 | unknown-path",
                "GET /edsservice HTTP/1.1        | 404 | unknown-path",
                "GET /v1/services/ HTTP/1.1      | 404 | unknown-path",
                "GET /actuator/env HTTP/1.1      | 404 | unknown-path",
                "TRACE /v1/services HTTP/1.1     | 405 | method-not-allowed",
                "BREW /v1/services HTTP/1.1      | 405 | method-not-allowed",
                "POST /v1/services HTTP/1.1      | 405 | method-not-allowed",
                "GET /v1/services HTTP/3.9       | 501 | not-implemented"
            })
    void brokenRequestsGetProblems(String requestLine, int status, String slug) throws Exception {
        RawHttp.Answer answer = send(requestLine + "\r\nHost: a\r\nConnection: close\r\n\r\n");

        assertThat(answer.text()).contains("urn:chancery:problem:" + slug);
        assertThat(answer.status()).isEqualTo(status);
    }

    @Test
    void anIpv6AddressNeedsNoEscapes() throws Exception {
        assertThat(send("GET /edsservice/register?endpoint=[::1]:8081 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                        .text())
                .endsWith("\r\n\r\n[::1]:8081 ok");
        assertThat(
                        send("GET /v1/services/myservice/endpoints/[::1]:8081 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                                .status())
                .isEqualTo(200);
    }

    @Test
    void headersBeyondTheLimitAreRefused() throws Exception {
        RawHttp.Answer answer = send("GET /v1/services HTTP/1.1\r\nHost: a\r\nX: " + "a".repeat(17_000) + "\r\n\r\n");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.text()).contains("urn:chancery:problem:malformed-request", "16 KB");
    }

    @Test
    void headersWithinTheLimitAreTaken() throws Exception {
        assertThat(send("GET /v1/services HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: " + "a".repeat(15_000)
                                + "\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aBodyThatDoesNotSayItsLengthIsCounted() throws Exception {
        String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";

        RawHttp.Answer answer =
                send(PUT + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk.repeat(17) + "0\r\n\r\n");

        assertThat(answer.text()).contains("urn:chancery:problem:body-too-large");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void aBodyThatSaysItIsTooLongIsRefusedBeforeItIsSent() throws Exception {
        RawHttp.Answer answer = send(PUT + "Content-Length: 999999999999\r\nConnection: close\r\n\r\n");

        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void aBodyThatEndsTooEarlyIsRefused() throws Exception {
        RawHttp.Answer answer = send(PUT + "Content-Length: 100\r\nConnection: close\r\n\r\n{\"weight\":");

        assertThat(answer.status()).isIn(0, 400);
    }

    @Test
    void manyRequestsOnOneConnectionAreAnswered() throws Exception {
        String request = "GET /edsservice/register?endpoint=10.9.9.9:80 HTTP/1.1\r\nHost: a\r\n";

        String text = send((request + "\r\n").repeat(300) + request + "Connection: close\r\n\r\n")
                .text();

        assertThat(text.split("HTTP/1.1 200", -1)).hasSize(302);
    }

    @Test
    void healthIsShownAndReadinessDoesNotDependOnTheStoresWriting() throws Exception {
        assertThat(get("/actuator/health").text()).contains("\"status\":\"UP\"", "\"store\"");
        assertThat(get("/actuator/health/liveness").text()).contains("UP");
        assertThat(get("/actuator/health/readiness").text()).contains("UP").doesNotContain("store");
    }

    @Test
    void requestsAreMeasuredByRoute() throws Exception {
        get("/v1/services/nobody");

        assertThat(get("/actuator/prometheus").text())
                .contains(
                        "chancery_rest_requests_seconds_count{method=\"GET\",route=\"/v1/services/{service}\",status=\"404\"}")
                .contains("jvm_memory_used_bytes", "process_cpu_usage")
                .doesNotContain("http_server_requests");
    }

    @Test
    void nobodyFromOutsideReachesThePort() throws Exception {
        try (Stream<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())) {
            for (InetAddress address : others.toList()) {
                assertThat(connects(address)).as("%s", address).isFalse();
            }
        }
        assertThat(connects(InetAddress.getLoopbackAddress())).isTrue();
    }

    private boolean connects(InetAddress address) {
        try (Socket _ = new Socket(address, port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private RawHttp.Answer get(String path) throws Exception {
        return send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }

    private RawHttp.Answer send(String request) throws Exception {
        return RawHttp.exchange(port, request);
    }
}
