package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.DeliveryStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Waits until the nodes that a change concerns have it, and says how far it has come. */
final class Receipts {

    static final String WAIT = "wait";
    static final String TIMEOUT = "timeout";

    private static final Pattern WAIT_FORM = Pattern.compile("acked(?::(\\d{1,3})%)?");
    private static final Pattern TIMEOUT_FORM = Pattern.compile("(\\d{1,5})(ms|s|m)");
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);

    private final ClientStreams streams;

    Receipts(ClientStreams streams) {
        this.streams = streams;
    }

    /**
     * What a request asks for.
     *
     * @param percent of the nodes concerned that must have acknowledged
     */
    record Wish(int percent, Duration timeout) {

        /**
         * Reads the parameters of a query.
         *
         * @return empty if none of them is given
         */
        static Optional<Wish> parse(@Nullable String wait, @Nullable String timeout) {
            if (wait == null) {
                if (timeout != null) {
                    throw new InvalidValueException(TIMEOUT, "must be given together with wait=acked");
                }
                return Optional.empty();
            }
            return Optional.of(new Wish(percent(wait), timeout == null ? DEFAULT_TIMEOUT : duration(timeout)));
        }

        private static int percent(String wait) {
            Matcher form = WAIT_FORM.matcher(wait);
            int percent = form.matches()
                    ? Optional.ofNullable(form.group(1)).map(Integer::parseInt).orElse(100)
                    : 0;
            if (percent < 1 || percent > 100) {
                throw new InvalidValueException(
                        WAIT, "must be acked, or acked:N% with N 1..100, for example acked:90%");
            }
            return percent;
        }

        private static Duration duration(String timeout) {
            Matcher form = TIMEOUT_FORM.matcher(timeout);
            Duration duration = form.matches() ? duration(Long.parseLong(form.group(1)), form.group(2)) : null;
            if (duration == null || duration.compareTo(LONGEST_TIMEOUT) > 0) {
                throw new InvalidValueException(TIMEOUT, "must be 0s..60s, for example 2s or 500ms");
            }
            return duration;
        }

        private static Duration duration(long amount, String unit) {
            return switch (unit) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
        }
    }

    /** Waits as long as the wish says for those that a revision concerns. */
    Receipt await(Wish wish, Revision revision) {
        try {
            return Receipt.of(streams.await(revision, wish.percent(), wish.timeout()), wish.percent());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Receipt(0, 0, 0, List.of(), 0, List.of(), false, 0);
        }
    }

    /**
     * How far a change has come.
     *
     * @param concerned nodes that subscribe to something that the change altered
     * @param acknowledged of these, how many have accepted all of it
     * @param refused how many refused some of it
     * @param refusers at most 100 of those
     * @param waiting how many have yet to answer
     * @param waitingFor at most 100 of those
     * @param complete whether as many as asked for have acknowledged, or nobody is waited for any longer
     * @param millis from the commit to the last answer, or until now
     */
    record Receipt(
            int concerned,
            int acknowledged,
            int refused,
            List<String> refusers,
            int waiting,
            List<String> waitingFor,
            boolean complete,
            long millis) {

        static Receipt of(DeliveryStatus status, int percent) {
            boolean known = status.concerned() > 0;
            return new Receipt(
                    status.concerned(),
                    status.acknowledged(),
                    status.refused(),
                    status.refusers(),
                    status.waiting(),
                    status.waitingFor(),
                    status.complete() || (known && status.isAcknowledgedBy(percent)),
                    TimeUnit.NANOSECONDS.toMillis(status.nanos()));
        }

        /** In one line, for a header. */
        String toLine() {
            return "acknowledged=" + acknowledged + '/' + concerned + "; refused=" + refused + "; waiting=" + waiting
                    + "; complete=" + complete;
        }
    }
}
