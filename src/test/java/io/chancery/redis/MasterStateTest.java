package io.chancery.redis;

import static io.chancery.redis.TestingMasters.A;
import static io.chancery.redis.TestingMasters.B;
import static io.chancery.redis.TestingMasters.C;
import static io.chancery.redis.TestingMasters.master;
import static io.chancery.redis.TestingMasters.replica;
import static io.chancery.redis.TestingMasters.silent;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HostName;
import io.chancery.redis.Election.Finding;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MasterStateTest {

    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final HostName SENTINEL = HostName.parse("10.0.0.9:26379");

    private static MasterState state(String more, Optional<HostName> master) {
        return MasterState.initial(TestingMasters.watched(more).spec(), master, T0);
    }

    private static MasterState settled() {
        return state("", Optional.of(A))
                .heard(A, master(A), T0)
                .heard(B, replica(B), T0)
                .heard(C, replica(C), T0);
    }

    @Test
    void nobodyIsElectedBeforeAllWereHeardOrGivenUp() {
        MasterState state = state("", Optional.empty()).heard(A, master(A), T0).heard(B, replica(B), T0);

        assertThat(state.election()).isEqualTo(new Election(Optional.empty(), Finding.UNDECIDED));
        assertThat(state.heard(C, silent(), T0).election()).isEqualTo(new Election(Optional.of(A), Finding.SOUND));
    }

    @Test
    void theLastKnownMasterStaysAfterARestartUntilAllWereHeard() {
        MasterState state = state("", Optional.of(B)).heard(A, master(A), T0);

        assertThat(state.election()).isEqualTo(new Election(Optional.of(B), Finding.UNDECIDED));
        assertThat(state.heard(B, silent(), T0).heard(C, replica(C), T0).election())
                .isEqualTo(new Election(Optional.of(A), Finding.SOUND));
    }

    @Test
    void aMasterThatIsConfirmedNeedsNobodyElse() {
        assertThat(state("", Optional.of(A)).heard(A, master(A), T0).election())
                .isEqualTo(new Election(Optional.of(A), Finding.SOUND));
    }

    @Test
    void whoeverSaidThatItIsTheMasterIsAskedAgainWhenAnotherOneSaysSo() {
        MasterState state = settled().heard(B, master(B), T0);

        assertThat(state.doubted()).containsExactly(A);
        assertThat(state.election()).isEqualTo(new Election(Optional.of(A), Finding.UNDECIDED));
        assertThat(state.heard(A, replica(A), T0).election()).isEqualTo(new Election(Optional.of(B), Finding.SOUND));
        assertThat(state.heard(A, master(A), T0).election())
                .isEqualTo(new Election(Optional.of(A), Finding.SPLIT_BRAIN));
        assertThat(state.heard(A, silent(), T0).election()).isEqualTo(new Election(Optional.of(B), Finding.SOUND));
    }

    @Test
    void aSplitBrainEndsWhenOneOfThemGivesUp() {
        MasterState split = settled().heard(B, master(B), T0).heard(A, master(A), T0);

        assertThat(split.heard(B, replica(B), T0).election()).isEqualTo(new Election(Optional.of(A), Finding.SOUND));
        assertThat(split.heard(A, replica(A), T0).election()).isEqualTo(new Election(Optional.of(B), Finding.SOUND));
    }

    @Test
    void sentinelsDecideWithoutWaitingForTheFormerMaster() {
        String sentinels = ", \"sentinels\": \"10.0.0.9:26379\", \"masterName\": \"mymaster\"";
        MasterState state = state(sentinels, Optional.of(A))
                .heard(A, master(A), T0)
                .heard(B, replica(B), T0)
                .heard(C, replica(C), T0)
                .said(SENTINEL, new SentinelReading.Named("10.0.0.1", 6379, 1))
                .heard(B, master(B), T0);

        assertThat(state.election().master()).contains(A);
        MasterState moved = state.said(SENTINEL, new SentinelReading.Named("10.0.0.2", 6379, 2));
        assertThat(moved.election().master()).contains(B);
        assertThat(moved.heard(A, master(A), T0).election())
                .isEqualTo(new Election(Optional.of(B), Finding.SPLIT_BRAIN));
        assertThat(moved.node(B).epoch()).hasValue(2);
    }

    @Test
    void silentSentinelsAreNoLongerCounted() {
        String sentinels = ", \"sentinels\": \"10.0.0.9:26379\", \"masterName\": \"mymaster\"";
        MasterState state = state(sentinels, Optional.of(A))
                .heard(A, silent(), T0)
                .heard(B, master(B), T0)
                .heard(C, replica(C), T0)
                .said(SENTINEL, new SentinelReading.Named("10.0.0.1", 6379, 1));

        assertThat(state.election()).isEqualTo(new Election(Optional.of(A), Finding.NO_MASTER));
        assertThat(state.said(SENTINEL, new SentinelReading.Silent("does not take connections"))
                        .election())
                .isEqualTo(new Election(Optional.of(B), Finding.SOUND));
    }

    @Test
    void aSentinelMayCallANodeAsItIsAnnounced() {
        MasterState state = state(
                        ", \"announce\": [\"redis-1\", \"redis-2:7000\", \"redis-3\"], \"sentinels\": \"10.0.0.9:26379\","
                                + " \"masterName\": \"mymaster\"",
                        Optional.empty())
                .said(SENTINEL, new SentinelReading.Named("REDIS-2", 7000, 7));

        assertThat(state.node(B).epoch()).hasValue(7);
        assertThat(state.node(A).epoch()).isEmpty();
    }

    @Test
    void aRoleIsKnownSinceItWasFirstHeard() {
        MasterState state = settled().heard(A, master(A), T0.plusSeconds(5));

        assertThat(state.node(A).since()).isEqualTo(T0);
        assertThat(state.heard(A, silent(), T0.plusSeconds(9)).node(A).since()).isEqualTo(T0.plusSeconds(9));
        assertThat(state.heard(A, silent(), T0.plusSeconds(9)).node(A).told()).isEqualTo(Role.MASTER);
    }
}
