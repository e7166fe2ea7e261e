package io.chancery.rollout;

import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShardRollout.Halt;
import io.chancery.manifest.spec.ShardRollout.State;
import io.chancery.manifest.spec.ShardRollout.Step;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.ShuffleShard.Customer;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** How changes of shards go on, by themselves and as they are told. Pure functions. */
final class Course {

    private static final int WHOLE = 100;

    private Course() {}

    /** What becomes of a change by itself, if anything does now. */
    static Optional<Move> next(ShuffleShard policy, Instant now, Figures figures) {
        if (policy.rollout().isEmpty()) {
            return Optional.empty();
        }
        ShardRollout rollout = policy.rollout().get();
        if (rollout.since().isEmpty()) {
            return Optional.of(new Move(
                    policy.with(Optional.of(
                            rollout.at(rollout.step(), rollout.state(), Optional.of(now), rollout.reason()))),
                    Move.Kind.BEGUN,
                    describe(rollout)));
        }
        return switch (rollout.state()) {
            case RUNNING ->
                figures.against(rollout.haltOn().orElse(Halt.DEFAULT))
                        .map(reason -> halted(policy, rollout, reason))
                        .or(() -> nextStep(rollout)
                                .filter(time -> !now.isBefore(time))
                                .map(_ -> further(policy, rollout, now)));
            case PAUSED, HALTED -> Optional.empty();
        };
    }

    private static Move halted(ShuffleShard policy, ShardRollout rollout, String reason) {
        return new Move(
                policy.with(
                        Optional.of(rollout.at(rollout.step(), State.HALTED, rollout.since(), Optional.of(reason)))),
                Move.Kind.HALTED,
                "halted, as " + reason);
    }

    private static Move further(ShuffleShard policy, ShardRollout rollout, Instant now) {
        if (isLast(rollout)) {
            return new Move(policy.with(rollout.to()), Move.Kind.FINISHED, "complete");
        }
        ShardRollout next = rollout.at(rollout.step() + 1, rollout.state(), Optional.of(now), Optional.empty());
        return new Move(policy.with(Optional.of(next)), Move.Kind.ADVANCED, describe(next));
    }

    private static boolean isLast(ShardRollout rollout) {
        return rollout.step() == rollout.steps().size() - 1;
    }

    /** The step in words. */
    static String describe(ShardRollout rollout) {
        return "step " + (rollout.step() + 1) + " of " + rollout.steps().size() + ": " + rollout.percent() + " % of "
                + rollout.by().name().toLowerCase(Locale.ROOT);
    }

    /** When a change goes on by itself if nothing comes between; empty if somebody must promote it. */
    static Optional<Instant> nextStep(ShardRollout rollout) {
        Step step = rollout.steps().get(rollout.step());
        // A last step that some are left out of says that the rest is for somebody to decide.
        boolean goesOn = rollout.state() == State.RUNNING && (!isLast(rollout) || step.percent() == WHOLE);
        return goesOn ? rollout.since().flatMap(since -> step.hold().map(since::plus)) : Optional.empty();
    }

    static RolloutResult begun(ShuffleShard policy, ShardRollout wanted, Instant now) {
        if (policy.rollout().isPresent()) {
            return new RolloutResult.UnderWay(describe(policy.rollout().get()));
        }
        ShardRollout first = wanted.at(0, State.RUNNING, Optional.of(now), Optional.empty());
        return new RolloutResult.Next(policy.with(Optional.of(first)), describe(first));
    }

    /** What goes no further anyway is left as it is, a halt with its reason. */
    static RolloutResult paused(ShuffleShard policy) {
        if (policy.rollout().isEmpty()) {
            return new RolloutResult.NothingUnderWay();
        }
        ShardRollout rollout = policy.rollout().get();
        return new RolloutResult.Next(
                switch (rollout.state()) {
                    case RUNNING ->
                        policy.with(Optional.of(
                                rollout.at(rollout.step(), State.PAUSED, rollout.since(), Optional.empty())));
                    case PAUSED, HALTED -> policy;
                },
                "paused");
    }

    /** Whoever stopped had a look at the step: it is held anew. */
    static RolloutResult resumed(ShuffleShard policy, Instant now) {
        if (policy.rollout().isEmpty()) {
            return new RolloutResult.NothingUnderWay();
        }
        ShardRollout rollout = policy.rollout().get();
        return new RolloutResult.Next(
                switch (rollout.state()) {
                    case RUNNING -> policy;
                    case PAUSED, HALTED ->
                        policy.with(Optional.of(
                                rollout.at(rollout.step(), State.RUNNING, Optional.of(now), Optional.empty())));
                },
                "resumed");
    }

    static RolloutResult promoted(ShuffleShard policy, Instant now) {
        if (policy.rollout().isEmpty()) {
            return new RolloutResult.NothingUnderWay();
        }
        ShardRollout rollout = policy.rollout().get();
        if (rollout.state() == State.HALTED) {
            return new RolloutResult.Halted(rollout.reason().orElse(""));
        }
        Move move = further(policy, rollout, now);
        return new RolloutResult.Next(move.policy(), "promoted, " + move.reason());
    }

    static RolloutResult rolledBack(ShuffleShard policy) {
        return policy.rollout().isEmpty()
                ? new RolloutResult.NothingUnderWay()
                : new RolloutResult.Next(policy.settled(), "rolled back");
    }

    /** The first time at which what holds for a customer ends. */
    static Optional<Instant> firstExpiry(ShuffleShard policy) {
        return policy.customers().values().stream()
                .flatMap(customer -> customer.expires().stream())
                .min(Instant::compareTo);
    }

    /** The policy without what holds for customers until now or before. */
    static ShuffleShard unexpired(ShuffleShard policy, Instant now) {
        SortedMap<String, Customer> left = new TreeMap<>(policy.customers());
        left.values()
                .removeIf(customer ->
                        customer.expires().filter(end -> !now.isBefore(end)).isPresent());
        return policy.with(left);
    }
}
