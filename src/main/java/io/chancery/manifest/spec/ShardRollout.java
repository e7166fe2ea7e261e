package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A change of shards that goes to some first: how far it has come, and how it goes on. */
public record ShardRollout(
        @Field("is what is different where the change has arrived")
        ShardTarget to,

        @Field(
                value = "customers: the change goes to a percentage of the customers; nodes: to one of the Envoys",
                otherwise = "customers")
        Share by,

        @Field("are the percentages that it goes to, one after the other, each greater than the one before")
        List<Step> steps,

        @Field(value = "is the step that is in force, from 0", otherwise = "0")
        int step,

        @Field(value = "running: the next step comes by itself; paused and halted: it does not", otherwise = "running")
        State state,

        @Field("is when the step came into force, as 2026-01-31T12:00:00Z; Chancery sets it")
        Optional<Instant> since,

        @Field("is why it was halted; Chancery sets it") Optional<String> reason,
        @Field("halts it by itself") Optional<Halt> haltOn) {

    private static final int MAX_STEPS = 100;

    /** What a percentage is of. */
    public enum Share {
        CUSTOMERS,
        NODES
    }

    /** Whether the next step comes by itself. */
    public enum State {
        RUNNING,
        PAUSED,
        HALTED
    }

    public ShardRollout {
        if (to.isNothing()) {
            throw new InvalidValueException("to", "must have at least one of size, seed, shards, spread, hosts");
        }
        Bounds.notEmpty("steps", steps);
        steps = List.copyOf(steps);
        if (steps.size() > MAX_STEPS) {
            throw new InvalidValueException("steps", "must have at most " + MAX_STEPS + " entries");
        }
        for (int i = 1; i < steps.size(); i++) {
            if (steps.get(i).percent() <= steps.get(i - 1).percent()) {
                throw new InvalidValueException(
                        "steps[" + i + "].percent", "must be greater than that of the step before");
            }
        }
        Bounds.range("step", step, 0, steps.size() - 1);
        Bounds.printable("reason", reason);
    }

    /** How far it goes, and for how long. */
    public record Step(
            @Field("is the percentage of customers or nodes that have the change")
            int percent,

            @Field("is how long the step stays before the next one comes; left out, until somebody promotes it")
            Optional<Duration> hold) {

        public Step {
            Bounds.range("percent", percent, 0, 100);
            Bounds.duration("hold", hold);
        }
    }

    /** What halts a change, beside an operator. */
    public record Halt(
            @Field(value = "is how many refusals (NACKs) since the change began are too many", otherwise = "1")
            int refusals,

            @Field("is how long any node may take to accept what it was sent last")
            Optional<Duration> unacknowledged) {

        /** What counts where nothing is said. */
        public static final Halt DEFAULT = new Halt(1, Optional.empty());

        public Halt {
            Bounds.range("refusals", refusals, 1, 1_000_000);
            Bounds.duration("unacknowledged", unacknowledged);
        }
    }

    /** The percentage that has the change now. */
    public int percent() {
        return steps.get(step).percent();
    }

    /** The same, in another step or state. */
    public ShardRollout at(int nextStep, State nextState, Optional<Instant> when, Optional<String> why) {
        return new ShardRollout(to, by, steps, nextStep, nextState, when, why, haltOn);
    }
}
