package io.chancery.healthcheck;

import io.chancery.manifest.spec.HealthCheck;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Connects; then sends bytes and waits for others, where that is asked for. */
final class TcpProber implements Prober {

    private static final ProbeResult PASSED = new ProbeResult.Passed();

    private final Dialer dialer;
    private final Optional<byte[]> sent;
    private final ByteSequences expected;

    TcpProber(HealthCheck.TcpProbe probe, Dialer dialer) {
        this.dialer = dialer;
        this.sent = probe.send().map(HexFormat.of()::parseHex);
        List<byte[]> sequences =
                probe.receive().stream().map(HexFormat.of()::parseHex).toList();
        this.expected = new ByteSequences(sequences);
    }

    @Override
    public ProbeResult probe(ProbeTarget target) {
        return dialer.ask(target.address(), this::converse);
    }

    private ProbeResult converse(Wire wire) throws IOException {
        if (sent.isPresent()) {
            wire.send(sent.get());
        }
        ByteSequences.Search search = expected.search();
        while (!search.isOver()) {
            if (wire.isExhausted()) {
                return new ProbeResult.Failed("what is expected is not in the first 64 KiB of the answer");
            }
            int next = wire.next();
            if (next < 0) {
                return new ProbeResult.Failed("closed the connection before it answered what is expected");
            }
            search.feed((byte) next);
        }
        return PASSED;
    }
}
