package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Verdict;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthStateTest {

    private static final Thresholds TWO_UP_THREE_DOWN = new Thresholds(2, 3);

    /** A dot is a pass, an x a failure, an o a timeout, a dash a probe that could not be made; the verdict is the last one. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "'', UNKNOWN",
        ".,        HEALTHY",
        "x,        UNKNOWN",
        "xx,       UNKNOWN",
        "xx.,      HEALTHY",
        "xxx,      UNHEALTHY",
        "oxo,      UNHEALTHY",
        "xxx.,     UNHEALTHY",
        "xxx..,    HEALTHY",
        "xxx.x.,   UNHEALTHY",
        ".xx,      HEALTHY",
        ".xx.xx,   HEALTHY",
        ".xxx,     UNHEALTHY",
        ".xx-x,    UNHEALTHY",
        ".xx---,   HEALTHY",
        "xxx.-.,   HEALTHY",
        "---,      UNKNOWN"
    })
    void theVerdictFollowsTheThresholds(String probes, Verdict verdict) {
        assertThat(after(HealthState.INITIAL, probes).verdict()).isEqualTo(verdict);
    }

    @Test
    void whatWasFoundBeforeIsOverturnedByTheThresholdsOnly() {
        assertThat(after(HealthState.of(Verdict.UNHEALTHY), ".").verdict()).isEqualTo(Verdict.UNHEALTHY);
        assertThat(after(HealthState.of(Verdict.UNHEALTHY), "..").verdict()).isEqualTo(Verdict.HEALTHY);
        assertThat(after(HealthState.of(Verdict.HEALTHY), "xx").verdict()).isEqualTo(Verdict.HEALTHY);
    }

    private static HealthState after(HealthState state, String probes) {
        HealthState after = state;
        for (int i = 0; i < probes.length(); i++) {
            after = after.after(result(probes.charAt(i)), TWO_UP_THREE_DOWN);
        }
        return after;
    }

    static ProbeResult result(char probe) {
        return switch (probe) {
            case '.' -> new ProbeResult.Passed();
            case 'x' -> new ProbeResult.Failed("refused");
            case 'o' -> new ProbeResult.TimedOut(Duration.ofSeconds(1));
            default -> new ProbeResult.NotAsked("no files left");
        };
    }
}
