package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgementTest {

    private static final Thresholds ONE = new Thresholds(1, 1);

    /** A hold of 10 s, 20 s, then 30 s. */
    private static final FlapLimits THREE_A_MINUTE = new FlapLimits(3, Duration.ofSeconds(10), Duration.ofSeconds(30));

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /**
     * Above, a probe each second: a dot is a pass, an x a failure. Below, what counts after each: H is healthy, u is
     * unhealthy, F is held as flapping.
     */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        // Three changes are allowed.
        "........x.x, HHHHHHHHuHu",
        // The fourth is one too many; ten seconds later it is as good as it was found.
        ".x.x............., HuHuFFFFFFFFFFHHH",
        ".x.xxxxxxxxxxxxxx, HuHuuuuuuuuuuuuuu",
        ".x.x.xxxxxxxxxxxx, HuHuFFFFFFFFFFuuu",
        // Who goes on flapping while it is held is held again, twice as long.
        ".x.x.x.x.x.x.x.x............................, HuHuFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFHHHHHHHHHH",
        // Flapping again before it was quiet for as long as it was held is held twice as long.
        ".x.x............x.x...................., HuHuFFFFFFFFFFHHuHuFFFFFFFFFFFFFFFFFFFF"
    })
    void whoChangesTooOftenIsHeld(String probes, String shown) {
        assertThat(play(Judgement.INITIAL, probes)).isEqualTo(shown);
    }

    @Test
    void whoWasQuietForAsLongAsItWasHeldBeginsWithTheFirstHoldAgain() {
        String quiet = ".".repeat(80);
        String shown = play(Judgement.INITIAL, ".x.x." + quiet + "x.x.............");

        assertThat(shown.substring(85)).isEqualTo("uHuFFFFFFFFFFHHH");
    }

    @Test
    void changesOfOneMinuteCountAndOlderOnesDoNot() {
        String slow = (".".repeat(20) + "x".repeat(20)).repeat(5);

        assertThat(play(Judgement.INITIAL, slow)).doesNotContain("F");
    }

    @Test
    void whoWasHeldBeforeARestartIsHeldAfterIt() {
        EndpointHealth held = new EndpointHealth(Verdict.UNHEALTHY, "flapping", true, false, Optional.empty());

        assertThat(play(Judgement.resumed(held, 0, THREE_A_MINUTE), "............"))
                .isEqualTo("FFFFFFFFFFHH");
    }

    @Test
    void whoWasUnhealthyBeforeARestartMustPassAsOftenAsAnyOther() {
        EndpointHealth health = new EndpointHealth(Verdict.UNHEALTHY, "refused", false, false, Optional.empty());
        Judgement resumed = Judgement.resumed(health, 0, THREE_A_MINUTE);
        Thresholds two = new Thresholds(2, 2);

        Judgement once = resumed.after(HealthStateTest.result('.'), two, THREE_A_MINUTE, 0);
        assertThat(once.verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(once.after(HealthStateTest.result('.'), two, THREE_A_MINUTE, 0)
                        .verdict())
                .isEqualTo(Verdict.HEALTHY);
    }

    @Test
    void theReasonSaysHowOftenItFailedAndHowTheLastTime() {
        Thresholds two = new Thresholds(1, 2);
        ProbeResult refused = HealthStateTest.result('x');
        Judgement judgement =
                Judgement.INITIAL.after(refused, two, THREE_A_MINUTE, 0).after(refused, two, THREE_A_MINUTE, 0);

        assertThat(judgement.reason(refused, two, THREE_A_MINUTE)).isEqualTo("failed 2 times in a row: refused");
        assertThat(Judgement.INITIAL.reason(refused, two, THREE_A_MINUTE)).isEmpty();
    }

    private static String play(Judgement from, String probes) {
        Judgement judgement = from;
        StringBuilder shown = new StringBuilder();
        long now = 0;
        for (int i = 0; i < probes.length(); i++) {
            judgement = judgement.after(HealthStateTest.result(probes.charAt(i)), ONE, THREE_A_MINUTE, now);
            shown.append(shown(judgement));
            now += SECOND;
        }
        return shown.toString();
    }

    private static char shown(Judgement judgement) {
        if (judgement.isFlapping()) {
            assertThat(judgement.verdict()).isEqualTo(Verdict.UNHEALTHY);
            return 'F';
        }
        return switch (judgement.verdict()) {
            case HEALTHY -> 'H';
            case UNHEALTHY -> 'u';
            case UNKNOWN -> '?';
        };
    }
}
