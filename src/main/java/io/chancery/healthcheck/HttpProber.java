package io.chancery.healthcheck;

import io.chancery.manifest.spec.Probe;
import io.chancery.model.ServiceName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Asks by HTTP/1.1, one request for each connection. What the answer says is looked at and never acted upon: a redirect is
 * a status like any other.
 */
final class HttpProber implements Prober {

    private static final ProbeResult PASSED = new ProbeResult.Passed();

    private final Probe.HttpExchange exchange;
    private final Dialer dialer;
    private final String host;
    private final byte[] usual;
    private final List<HeaderExpectation> expected;
    private final Optional<ByteSequences> body;

    HttpProber(Probe.HttpExchange exchange, ServiceName service, Dialer dialer) {
        this.exchange = exchange;
        this.dialer = dialer;
        this.host = exchange.host().orElse(service.value());
        this.usual = request(host, exchange.path());
        this.expected =
                exchange.expectHeaders().stream().map(HeaderExpectation::new).toList();
        this.body =
                exchange.bodyContains().map(text -> new ByteSequences(List.of(text.getBytes(StandardCharsets.UTF_8))));
    }

    private byte[] request(String host, String path) {
        StringBuilder request = new StringBuilder(200);
        line(request, exchange.method() + ' ' + path + " HTTP/1.1");
        line(request, "Host: " + host);
        line(request, "Connection: close");
        if (exchange.method().startsWith("P")) {
            // A body must be announced for PUT, POST and PATCH, be it empty (RFC 9110, section 8.6).
            line(request, "Content-Length: 0");
        }
        if (!has("user-agent")) {
            line(request, "User-Agent: chancery-probe");
        }
        for (Map.Entry<String, String> header : exchange.headers().entrySet()) {
            line(request, header.getKey() + ": " + header.getValue());
        }
        line(request, "");
        return request.toString().getBytes(StandardCharsets.UTF_8);
    }

    private boolean has(String header) {
        return exchange.headers().keySet().stream()
                .anyMatch(name -> name.toLowerCase(Locale.ROOT).equals(header));
    }

    private static void line(StringBuilder request, String line) {
        request.append(line).append("\r\n");
    }

    @Override
    public ProbeResult probe(ProbeTarget target) {
        byte[] request = target.host().isEmpty() && target.path().isEmpty()
                ? usual
                : request(target.host().orElse(host), target.path().orElse(exchange.path()));
        return dialer.ask(target.address(), wire -> {
            wire.send(request);
            return judge(HttpReply.read(wire));
        });
    }

    private ProbeResult judge(HttpReply reply) throws IOException {
        if (reply.status() < exchange.statusFrom() || reply.status() > exchange.statusTo()) {
            return new ProbeResult.Failed("answered with status " + reply.status());
        }
        for (HeaderExpectation header : expected) {
            if (!header.isMetBy(reply.header(header.name()))) {
                return new ProbeResult.Failed("answered without the expected header " + header.name());
            }
        }
        if (body.isPresent() && !reply.hasInBody(body.get().search())) {
            return new ProbeResult.Failed("answered without the expected text in its body");
        }
        return PASSED;
    }
}
