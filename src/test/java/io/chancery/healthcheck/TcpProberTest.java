package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HealthCheck;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TcpProberTest implements ProberContract {

    /** {@code PING} and {@code +PONG}, as Redis speaks them. */
    private static final HealthCheck.TcpProbe PING =
            new HealthCheck.TcpProbe(Optional.of("50494e470d0a"), List.of("2b504f4e470d0a"));

    @Override
    public Prober prober(Duration timeout) {
        return prober(PING, timeout);
    }

    private static Prober prober(HealthCheck.TcpProbe probe, Duration timeout) {
        return new TcpProber(probe, new Dialer(timeout, Optional.empty(), ALARMS));
    }

    @Override
    public TestingEndpoint.Behaviour goodAnswer() {
        return connection -> {
            String question = new String(connection.getInputStream().readNBytes(6), StandardCharsets.US_ASCII);
            if (question.equals("PING\r\n")) {
                connection.getOutputStream().write("+PONG\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
    }

    @Test
    void toConnectIsEnoughWhereNothingIsExpected() {
        Prober connect = prober(new HealthCheck.TcpProbe(Optional.empty(), List.of()), TIMEOUT);
        try (TestingEndpoint silent = TestingEndpoint.thatIsSilent();
                TestingEndpoint hole = TestingEndpoint.thatIsABlackHole()) {
            assertThat(connect.probe(silent.target())).isEqualTo(new ProbeResult.Passed());
            assertThat(connect.probe(hole.target())).isEqualTo(new ProbeResult.TimedOut(TIMEOUT));
        }
    }

    @Test
    void whatIsExpectedMayComeInPiecesAndAmongOtherThings() {
        Prober banner = prober(new HealthCheck.TcpProbe(Optional.empty(), List.of("3232", "6f6b")), PATIENCE);
        try (TestingEndpoint pieces = TestingEndpoint.thatDoes(connection -> {
                    for (byte next : "-2-22-o-ok".getBytes(StandardCharsets.US_ASCII)) {
                        connection.getOutputStream().write(next);
                        connection.getOutputStream().flush();
                    }
                });
                TestingEndpoint wrongOrder = TestingEndpoint.thatDoes(
                        connection -> connection.getOutputStream().write("ok22".getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(banner.probe(pieces.target())).isEqualTo(new ProbeResult.Passed());
            assertThat(banner.probe(wrongOrder.target()))
                    .isEqualTo(new ProbeResult.Failed("closed the connection before it answered what is expected"));
        }
    }
}
