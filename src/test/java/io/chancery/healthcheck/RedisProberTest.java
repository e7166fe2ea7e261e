package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.RedisRole;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisProberTest implements ProberContract {

    private static final String MASTER = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";
    private static final String REPLICA = "*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:6379\r\n$9\r\nconnected\r\n:14\r\n";
    private static final String SENTINEL = "*2\r\n$8\r\nsentinel\r\n*0\r\n";

    @Override
    public Prober prober(Duration timeout) {
        return prober(RedisRole.MASTER, timeout);
    }

    private static Prober prober(RedisRole role, Duration timeout) {
        return new RedisProber(role, Optional.empty(), new Dialer(timeout, Optional.empty(), ALARMS));
    }

    @Override
    public TestingEndpoint.Behaviour goodAnswer() {
        return answering(MASTER);
    }

    private static TestingEndpoint.Behaviour answering(String answer) {
        return connection -> {
            String question = new String(connection.getInputStream().readNBytes(14), StandardCharsets.US_ASCII);
            if (question.equals("*1\r\n$4\r\nROLE\r\n")) {
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                connection.getOutputStream().flush();
                connection.getInputStream().read();
            }
        };
    }

    @ParameterizedTest(name = "{0} where {1} is wanted: {2}")
    @CsvSource({
        "master, MASTER, true",
        "master, REPLICA, false",
        "master, ANY, true",
        "replica, MASTER, false",
        "replica, REPLICA, true",
        "replica, ANY, true",
        "sentinel, MASTER, false",
        "sentinel, ANY, true"
    })
    void itPassesInTheRoleThatIsWanted(String role, RedisRole wanted, boolean passes) {
        String answer = switch (role) {
            case "master" -> MASTER;
            case "replica" -> REPLICA;
            default -> SENTINEL;
        };
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(answering(answer))) {
            assertThat(prober(wanted, PATIENCE).probe(endpoint.target()) instanceof ProbeResult.Passed)
                    .isEqualTo(passes);
        }
    }

    @Test
    void anErrorIsShown() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(answering("-NOAUTH Authentication required.\r\n"))) {
            assertThat(prober(RedisRole.ANY, PATIENCE).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Failed("answered with an error: NOAUTH Authentication required."));
        }
    }

    @Test
    void theReasonNamesTheRole() {
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(answering(REPLICA))) {
            assertThat(prober(PATIENCE).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Failed("is a slave, not a master"));
        }
    }

    private static Prober prober(RedisLogin login) {
        return new RedisProber(RedisRole.ANY, Optional.of(login), new Dialer(PATIENCE, Optional.empty(), ALARMS));
    }

    /** Takes what it is sent for a login of so many bytes, and answers; then it tells its role. */
    private static TestingEndpoint.Behaviour afterLogin(String login, String answer) {
        return connection -> {
            byte[] expected = login.getBytes(StandardCharsets.UTF_8);
            String said = new String(connection.getInputStream().readNBytes(expected.length), StandardCharsets.UTF_8);
            connection
                    .getOutputStream()
                    .write((said.equals(login) ? answer : "-ERR another command\r\n").getBytes(StandardCharsets.UTF_8));
            connection.getOutputStream().flush();
            answering(MASTER).treat(connection);
        };
    }

    @Test
    void itSaysThePasswordBeforeItAsks() {
        String login = "*2\r\n$4\r\nAUTH\r\n$7\r\nwört 1\r\n";
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(afterLogin(login, "+OK\r\n"))) {
            assertThat(prober(new RedisLogin(Optional.empty(), "wört 1")).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Passed());
        }
    }

    @Test
    void itSaysTheUserTooWhereThereIsOne() {
        String login = "*3\r\n$4\r\nAUTH\r\n$6\r\nhealth\r\n$6\r\nsecret\r\n";
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(afterLogin(login, "+OK\r\n"))) {
            assertThat(prober(new RedisLogin(Optional.of("health"), "secret")).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Passed());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'-WRONGPASS invalid username-password pair', 'does not take the password: WRONGPASS'",
        "'-ERR unknown command `AUTH`, with args beginning with: `secret`', 'does not take the password: ERR'",
        "'-secret', 'does not take the password'",
        "'+secret', 'did not answer as a Redis does'"
    })
    void aPasswordThatIsRepeatedIsNotShown(String answer, String reason) {
        String login = "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n";
        try (TestingEndpoint endpoint = TestingEndpoint.thatDoes(afterLogin(login, answer + "\r\n"))) {
            assertThat(prober(new RedisLogin(Optional.empty(), "secret")).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Failed(reason));
        }
    }

    @Test
    void aPasswordThatIsRepeatedLaterIsNotShownEither() {
        String login = "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n";
        try (TestingEndpoint endpoint =
                TestingEndpoint.thatDoes(afterLogin(login, "+OK\r\n-NOPERM secret may not\r\n"))) {
            assertThat(prober(new RedisLogin(Optional.empty(), "secret")).probe(endpoint.target()))
                    .isEqualTo(new ProbeResult.Failed("answered with an error: NOPERM (the password) may not"));
        }
        assertThat(new RedisLogin(Optional.of("health"), "secret").toString()).doesNotContain("secret");
        assertThat(new ProbeSecrets(Optional.empty(), Optional.of("secret")).toString())
                .doesNotContain("secret");
    }
}
