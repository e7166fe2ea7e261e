package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaceTest {

    private final Pace pace = new Pace();

    @Test
    void aClientsFirstRequestsForEachOfItsTypesAreReadInOneGo() {
        for (int i = 0; i < 7; i++) {
            assertThat(pace.afterRequest(1_000)).isEmpty();
        }
    }

    @Test
    void afterAFewRequestsTheLoopComesRound() {
        int inOneGo = 0;
        while (pace.afterRequest(20).isEmpty()) {
            inOneGo++;
        }
        assertThat(inOneGo).isEqualTo(15);
        assertThat(pace.afterRequest(20)).as("and then it begins anew").isEmpty();
    }

    @Test
    void aLargeRequestIsPaidForWithTime() {
        Optional<Duration> wait = pace.afterRequest(16 << 20);

        assertThat(wait.orElseThrow()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(3));
    }

    @Test
    void theAnswersOfAnEnvoyWithTenThousandClustersAreHardlyDelayed() {
        assertThat(pace.afterRequest(10_000 * 25).orElseThrow()).isLessThanOrEqualTo(Duration.ofMillis(40));
    }
}
