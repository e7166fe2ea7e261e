package io.chancery.rollout;

import static io.chancery.rollout.TestingPolicies.policy;
import static io.chancery.rollout.TestingPolicies.rollingOut;
import static io.chancery.rollout.TestingPolicies.rollout;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShardRollout.State;
import io.chancery.manifest.spec.ShuffleShard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a change goes on; time is a parameter. */
class CourseTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final String SINCE_NOON = "\"since\": \"2026-01-01T12:00:00Z\"";
    private static final String RUNNING = "\"state\": \"running\"";

    private static Instant at(int seconds) {
        return NOON.plusSeconds(seconds);
    }

    private static Optional<Move> next(ShuffleShard policy, int seconds) {
        return Course.next(policy, at(seconds), Figures.SOUND);
    }

    private static Figures refused(int times) {
        return new Figures(times, "edge-1 refused rds orders: no", Duration.ZERO, "");
    }

    private static ShuffleShard in(State state) {
        return rollingOut(SINCE_NOON, "\"state\": \"" + state.name().toLowerCase(Locale.ROOT) + '"');
    }

    @Test
    void withoutAChangeNothingHappens() {
        assertThat(next(policy(), 0)).isEmpty();
    }

    @Test
    void aChangeThatIsDeclaredBeginsNow() {
        Move move = next(rollingOut(), 5).orElseThrow();

        assertThat(move.kind()).isEqualTo(Move.Kind.BEGUN);
        assertThat(rollout(move.policy()).since()).contains(at(5));
        assertThat(rollout(move.policy()).step()).isZero();
        assertThat(move.reason()).isEqualTo("step 1 of 3: 10 % of customers");
    }

    @Test
    void theNextStepComesWhenTheHoldHasPassedAndNotBefore() {
        assertThat(next(rollingOut(SINCE_NOON), 59)).isEmpty();

        Move move = next(rollingOut(SINCE_NOON), 60).orElseThrow();

        assertThat(move.kind()).isEqualTo(Move.Kind.ADVANCED);
        assertThat(rollout(move.policy()).step()).isEqualTo(1);
        assertThat(rollout(move.policy()).percent()).isEqualTo(50);
        assertThat(rollout(move.policy()).since()).contains(at(60));
        assertThat(move.reason()).isEqualTo("step 2 of 3: 50 % of customers");
    }

    @Test
    void noStepIsSkippedHoweverLongNobodyLooked() {
        Move move = next(rollingOut(SINCE_NOON), 86_400).orElseThrow();

        assertThat(rollout(move.policy()).step()).isEqualTo(1);
        assertThat(next(move.policy(), 86_459)).isEmpty();
        assertThat(next(move.policy(), 86_460)).isPresent();
    }

    @Test
    void theLastStepEndsWithTheChangeForAll() {
        Move move = next(rollingOut(SINCE_NOON, "\"step\": 2"), 60).orElseThrow();

        assertThat(move.kind()).isEqualTo(Move.Kind.FINISHED);
        assertThat(move.policy()).isEqualTo(policy().with(rollout(rollingOut()).to()));
        assertThat(move.policy().rollout()).isEmpty();
        assertThat(move.policy().size()).isEqualTo(3);
    }

    @Test
    void aLastStepThatLeavesSomeOutWaitsForSomebody() {
        ShuffleShard policy = policy("""
                "rollout": {"to": {"seed": 9}, "steps": {"percent": 50, "hold": "1m"}, "since": "2026-01-01T12:00:00Z"}""");

        assertThat(next(policy, 86_400)).isEmpty();
        assertThat(Course.nextStep(rollout(policy))).isEmpty();
    }

    @Test
    void aStepWithoutHoldWaitsForSomebody() {
        ShuffleShard policy = policy("""
                "rollout": {"to": {"seed": 9}, "steps": [{"percent": 10}, {"percent": 100}], "since": "2026-01-01T12:00:00Z"}""");

        assertThat(next(policy, 86_400)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = State.class,
            names = {"PAUSED", "HALTED"})
    void whatIsStoppedGoesNoFurther(State state) {
        assertThat(next(in(state), 86_400)).isEmpty();
        assertThat(Course.next(in(state), at(86_400), refused(9))).isEmpty();
        assertThat(Course.nextStep(rollout(in(state)))).isEmpty();
    }

    @Test
    void theFirstRefusalHaltsItWhereNothingElseIsSaid() {
        Move move = Course.next(rollingOut(SINCE_NOON), at(60), refused(1)).orElseThrow();

        ShardRollout halted = rollout(move.policy());
        assertThat(move.kind()).isEqualTo(Move.Kind.HALTED);
        assertThat(halted.state()).isEqualTo(State.HALTED);
        assertThat(halted.step()).isZero();
        assertThat(halted.since()).contains(NOON);
        assertThat(halted.reason()).contains("it was refused: edge-1 refused rds orders: no");
        assertThat(move.reason()).startsWith("halted, as it was refused");
    }

    @Test
    void soManyRefusalsAreTakenAsItIsToldTo() {
        ShuffleShard policy = rollingOut(SINCE_NOON, "\"haltOn\": {\"refusals\": 3}");

        assertThat(Course.next(policy, at(1), refused(2))).isEmpty();
        assertThat(Course.next(policy, at(1), refused(3)).map(Move::kind)).contains(Move.Kind.HALTED);
    }

    @Test
    void aNodeThatOwesAnAcknowledgementForTooLongHaltsIt() {
        ShuffleShard policy = rollingOut(SINCE_NOON, "\"haltOn\": {\"unacknowledged\": \"30s\"}");
        Figures owing = new Figures(0, "", Duration.ofSeconds(30), "edge-7");
        Figures longer = new Figures(0, "", Duration.ofMillis(30_001), "edge-7");

        assertThat(Course.next(policy, at(1), owing)).isEmpty();
        assertThat(rollout(Course.next(policy, at(1), longer).orElseThrow().policy())
                        .reason())
                .contains("edge-7 has owed an acknowledgement for longer than 30s");
        assertThat(Course.next(rollingOut(SINCE_NOON), at(1), longer))
                .as("nobody asked for it")
                .isEmpty();
    }

    @Test
    void aChangeBeginsWithItsFirstStep() {
        ShuffleShard wanted = rollingOut("\"step\": 2", "\"state\": \"halted\"", "\"reason\": \"x\"");

        RolloutResult.Next begun = (RolloutResult.Next) Course.begun(policy(), rollout(wanted), NOON);

        assertThat(begun.policy()).isEqualTo(rollingOut(SINCE_NOON));
        assertThat(Course.begun(begun.policy(), rollout(wanted), NOON))
                .isEqualTo(new RolloutResult.UnderWay("step 1 of 3: 10 % of customers"));
    }

    @Test
    void pausedItStaysAndResumedItsStepIsHeldAnew() {
        ShuffleShard paused = policyOf(Course.paused(rollingOut(SINCE_NOON)));
        assertThat(paused).isEqualTo(in(State.PAUSED));
        assertThat(policyOf(Course.paused(paused))).isEqualTo(paused);

        ShuffleShard resumed = policyOf(Course.resumed(paused, at(600)));

        assertThat(next(resumed, 659)).isEmpty();
        assertThat(next(resumed, 660)).isPresent();
        assertThat(policyOf(Course.resumed(resumed, at(630))))
                .as("what runs already")
                .isEqualTo(resumed);
    }

    @Test
    void aHaltKeepsItsReasonUntilItIsResumed() {
        ShuffleShard halted = rollingOut(SINCE_NOON, "\"state\": \"halted\"", "\"reason\": \"it was refused\"");

        assertThat(policyOf(Course.paused(halted))).isEqualTo(halted);
        assertThat(Course.promoted(halted, NOON)).isEqualTo(new RolloutResult.Halted("it was refused"));
        assertThat(rollout(policyOf(Course.resumed(halted, at(5)))).reason()).isEmpty();
        assertThat(policyOf(Course.rolledBack(halted))).isEqualTo(policy());
    }

    @Test
    void promotedItIsInTheNextStepAndInTheLastAtItsEnd() {
        ShuffleShard second = policyOf(Course.promoted(rollingOut(SINCE_NOON), at(5)));
        assertThat(second).isEqualTo(rollingOut("\"since\": \"2026-01-01T12:00:05Z\"", "\"step\": 1", RUNNING));

        ShuffleShard third = policyOf(Course.promoted(second, at(6)));

        assertThat(policyOf(Course.promoted(third, at(7))))
                .isEqualTo(policy().with(rollout(third).to()));
    }

    @Test
    void whatIsPausedStaysSoWhenItIsPromoted() {
        ShardRollout next = rollout(policyOf(Course.promoted(in(State.PAUSED), at(5))));

        assertThat(next.step()).isEqualTo(1);
        assertThat(next.state()).isEqualTo(State.PAUSED);
    }

    @Test
    void rolledBackAllIsAsItWas() {
        assertThat(policyOf(Course.rolledBack(rollingOut(SINCE_NOON, "\"step\": 2"))))
                .isEqualTo(policy());
    }

    @Test
    void thereIsNothingToOrderWhereNothingIsUnderWay() {
        assertThat(Course.paused(policy())).isEqualTo(new RolloutResult.NothingUnderWay());
        assertThat(Course.resumed(policy(), NOON)).isEqualTo(new RolloutResult.NothingUnderWay());
        assertThat(Course.promoted(policy(), NOON)).isEqualTo(new RolloutResult.NothingUnderWay());
        assertThat(Course.rolledBack(policy())).isEqualTo(new RolloutResult.NothingUnderWay());
    }

    @ParameterizedTest(name = "{0} s after noon")
    @ValueSource(ints = {9, 10, 20})
    void whatHoldsForACustomerEndsWhenItIsSaidTo(int seconds) {
        ShuffleShard policy = policy("""
                "customers": {"a": {"size": 3, "expires": "2026-01-01T12:00:10Z"},
                              "b": {"size": 3, "expires": "2026-01-01T12:00:20Z"}, "c": {"size": 4}}""");

        ShuffleShard left = Course.unexpired(policy, at(seconds));

        assertThat(Course.firstExpiry(policy)).contains(at(10));
        assertThat(left.customers().keySet())
                .containsExactlyElementsOf(
                        seconds < 10 ? List.of("a", "b", "c") : seconds < 20 ? List.of("b", "c") : List.of("c"));
        assertThat(Course.firstExpiry(policy("\"customers\": {\"c\": {\"size\": 4}}")))
                .isEmpty();
    }

    private static ShuffleShard policyOf(RolloutResult result) {
        return ((RolloutResult.Next) result).policy();
    }
}
