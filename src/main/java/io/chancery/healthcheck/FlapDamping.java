package io.chancery.healthcheck;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether an endpoint's verdict changes too often to be believed. A value; times are nanoseconds that only go on.
 *
 * <p>Who has changed more often than is allowed is held, each time twice as long as the time before, until it has been as
 * quiet after a hold as the hold was long.
 *
 * @param changes when the verdict changed within the last minute, since the hold began where there is one; oldest first
 */
record FlapDamping(List<Long> changes, Hold hold) {

    /** One of which nothing is known. */
    static final FlapDamping QUIET = new FlapDamping(List.of(), new Hold.None());

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    FlapDamping {
        changes = List.copyOf(changes);
    }

    /** Whether it is held. */
    sealed interface Hold {

        /** It is not, and was not of late. */
        record None() implements Hold {}

        /**
         * It is.
         *
         * @param until when that ends, if it has become quiet by then
         * @param length how long it is held
         */
        record Held(long until, long length) implements Hold {}

        /**
         * It was, and must prove itself.
         *
         * @param since when that ended
         * @param length how long it was held
         */
        record Past(long since, long length) implements Hold {}
    }

    /** One that begins with its first hold. */
    static FlapDamping held(long now, FlapLimits limits) {
        return new FlapDamping(List.of(), new Hold.Held(now + limits.firstNanos(), limits.firstNanos()));
    }

    boolean isHeld() {
        return hold instanceof Hold.Held;
    }

    /** Returns what it is after the verdict changed. */
    FlapDamping afterChange(long now, FlapLimits limits) {
        List<Long> recent = new ArrayList<>(recent(now));
        recent.add(now);
        return next(recent, now, limits);
    }

    /** Returns what it is after a probe that changed nothing. */
    FlapDamping afterNoChange(long now, FlapLimits limits) {
        return changes.isEmpty() && hold instanceof Hold.None ? this : next(recent(now), now, limits);
    }

    private FlapDamping next(List<Long> recent, long now, FlapLimits limits) {
        boolean tooOften = recent.size() > limits.changesPerMinute();
        return switch (hold) {
            case Hold.None _ -> tooOften ? holding(now, limits.firstNanos()) : new FlapDamping(recent, hold);
            case Hold.Held(long until, long _) when until - now > 0 -> new FlapDamping(recent, hold);
            case Hold.Held(long _, long length) ->
                tooOften
                        ? holding(now, limits.afterNanos(length))
                        : new FlapDamping(recent, new Hold.Past(now, length));
            case Hold.Past(long since, long length) -> {
                if (tooOften) {
                    yield holding(now, limits.afterNanos(length));
                }
                yield new FlapDamping(recent, now - since >= length ? new Hold.None() : hold);
            }
        };
    }

    /** What led to a hold does not count for the next one as well. */
    private static FlapDamping holding(long now, long length) {
        return new FlapDamping(List.of(), new Hold.Held(now + length, length));
    }

    private List<Long> recent(long now) {
        return changes.stream().filter(change -> now - change < MINUTE).toList();
    }
}
