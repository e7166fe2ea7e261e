package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HeaderMatch;
import io.chancery.manifest.spec.Probe;
import io.chancery.model.ServiceName;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpProberTest implements ProberContract {

    private static final ProbeResult PASSED = new ProbeResult.Passed();
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Role: primary\r\n\r\nok";

    private final BlockingQueue<List<String>> requests = new LinkedBlockingQueue<>();
    private SortedMap<String, String> headers = new TreeMap<>();
    private List<HeaderMatch> expected = List.of();
    private Optional<String> body = Optional.empty();
    private Optional<String> host = Optional.empty();
    private String method = "GET";

    @Override
    public Prober prober(Duration timeout) {
        Probe.HttpExchange exchange =
                new Probe.HttpExchange("/healthz", host, method, headers, 200, 299, expected, body);
        return new HttpProber(exchange, new ServiceName("cart"), new Dialer(timeout, Optional.empty(), ALARMS));
    }

    @Override
    public TestingEndpoint.Behaviour goodAnswer() {
        return answering(OK);
    }

    private TestingEndpoint.Behaviour answering(String answer) {
        return connection -> {
            requests.add(read(connection));
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
            connection.getOutputStream().flush();
            // As a server does that waits for its client to go.
            connection.getInputStream().read();
        };
    }

    private static List<String> read(Socket connection) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        List<String> lines = new ArrayList<>();
        for (String line = reader.readLine(); line != null && !line.isEmpty(); line = reader.readLine()) {
            lines.add(line);
        }
        return lines;
    }

    private ProbeResult probe(String answer) {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(answering(answer))) {
            return prober(PATIENCE).probe(endpoint.target());
        }
    }

    @Test
    void theRequestHasWhatIsDeclaredAndTheServiceAsItsHost() throws InterruptedException {
        headers.put("X-Probe", "yes");
        method = "HEAD";

        assertThat(probe("HTTP/1.1 204 No Content\r\n\r\n")).isEqualTo(PASSED);
        assertThat(requests.poll(1, TimeUnit.SECONDS))
                .containsExactly(
                        "HEAD /healthz HTTP/1.1",
                        "Host: cart",
                        "Connection: close",
                        "User-Agent: chancery-probe",
                        "X-Probe: yes");
    }

    @Test
    void anEndpointMayHaveAPathAndAHostOfItsOwn() throws InterruptedException {
        host = Optional.of("shop.example");
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(goodAnswer())) {
            prober(PATIENCE).probe(endpoint.target());
            prober(PATIENCE)
                    .probe(new ProbeTarget(endpoint.address(), Optional.of("one.example"), Optional.of("/own?a=b")));
        }
        assertThat(requests.poll(1, TimeUnit.SECONDS)).contains("GET /healthz HTTP/1.1", "Host: shop.example");
        assertThat(requests.poll(1, TimeUnit.SECONDS)).contains("GET /own?a=b HTTP/1.1", "Host: one.example");
    }

    @Test
    void anotherStatusFailsAndIsNamed() {
        assertThat(probe("HTTP/1.1 503 Service Unavailable\r\n\r\n"))
                .isEqualTo(new ProbeResult.Failed("answered with status 503"));
        assertThat(probe("HTTP/1.0 299\r\n\r\n")).isEqualTo(PASSED);
        assertThat(probe("HTTP/1.1 101 Switching Protocols\r\n\r\n"))
                .isEqualTo(new ProbeResult.Failed("answered with status 101"));
    }

    @Test
    void aRedirectIsAStatusLikeAnyOtherAndIsNotFollowed() {
        try (TestingEndpoint elsewhere = TestingEndpoint.thatDoes(goodAnswer());
                TestingEndpoint endpoint = TestingEndpoint.thatDoes(answering(
                        "HTTP/1.1 302 Found\r\nLocation: http://" + elsewhere.address() + "/healthz\r\n\r\n"))) {
            assertThat(prober(PATIENCE).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Failed("answered with status 302"));
            assertThat(elsewhere.connections()).isZero();
        }
    }

    @Test
    void answersThatOnlySayThatThereWillBeOneArePassedOver() {
        assertThat(probe("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK)).isEqualTo(PASSED);
    }

    @Test
    void anExpectedHeaderMustBeThere() {
        expected = List.of(header("x-role", Optional.of("primary")));
        assertThat(probe(OK)).isEqualTo(PASSED);

        expected = List.of(header("x-role", Optional.of("standby")));
        assertThat(probe(OK)).isEqualTo(new ProbeResult.Failed("answered without the expected header x-role"));

        expected = List.of(header("x-other", Optional.empty()));
        assertThat(probe(OK)).isEqualTo(new ProbeResult.Failed("answered without the expected header x-other"));
    }

    private static HeaderMatch header(String name, Optional<String> exact) {
        return new HeaderMatch(
                name, exact, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nstatus: green.",
                "HTTP/1.1 200 OK\r\n\r\nstatus: green",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nstatu\r\n9;x=y\r\ns: green.\r\n0\r\n\r\n"
            })
    void aTextMustBeInTheBodyHoweverThatIsSent(String answer) {
        body = Optional.of("status: green");
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            read(connection);
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        })) {
            assertThat(prober(PATIENCE).probe(endpoint.target())).isEqualTo(PASSED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nstatus: gree",
                "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nstatus: green",
                "HTTP/1.1 200 OK\r\n\r\nstatus: red",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nred\r\n0\r\n\r\nstatus: green",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nstatus: green",
                "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\nstatus: green"
            })
    void withoutTheTextItFails(String answer) {
        body = Optional.of("status: green");
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            read(connection);
            connection.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
        })) {
            assertThat(prober(PATIENCE).probe(endpoint.target())).isInstanceOf(ProbeResult.Failed.class);
        }
    }

    @Test
    void onlySoMuchOfABodyIsLookedAt() {
        body = Optional.of("needle");
        assertThat(probe("HTTP/1.1 200 OK\r\nContent-Length: 100006\r\n\r\n" + "x".repeat(100_000) + "needle"))
                .isEqualTo(new ProbeResult.Failed("answered without the expected text in its body"));
    }

    @Test
    void headersWithoutEndFail() {
        assertThat(probe("HTTP/1.1 200 OK\r\n" + "a: b\r\n".repeat(20_000)))
                .isEqualTo(new ProbeResult.Failed("answered without an end"));
        assertThat(probe("HTTP/1.1 200 OK\r\na: " + "b".repeat(9_000)))
                .isEqualTo(new ProbeResult.Failed("answered with a line of more than 8192 characters"));
    }

    @Test
    void whoDoesNotSpeakHttpFailsWithoutADelay() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(connection -> {
            connection.getOutputStream().write("+OK".getBytes(StandardCharsets.US_ASCII));
            connection.getInputStream().transferTo(OutputStream.nullOutputStream());
        })) {
            assertThat(prober(PATIENCE).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Failed("did not answer in HTTP/1.1"));
        }
    }

    @Test
    void whatTheReasonQuotesIsCutAndHasNoControlCharacters() {
        ProbeResult.Failed failed = new ProbeResult.Failed("a\r\nb\u0007" + "c".repeat(1_000));
        assertThat(failed.reason()).hasSizeLessThan(210).startsWith("a??b?c");
    }
}
