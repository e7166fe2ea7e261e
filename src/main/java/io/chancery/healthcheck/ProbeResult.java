package io.chancery.healthcheck;

import java.time.Duration;

/** What one probe came to. */
sealed interface ProbeResult {

    /** For people; empty where there is nothing to say. */
    String reason();

    /** The endpoint answered as it should. */
    record Passed() implements ProbeResult {

        @Override
        public String reason() {
            return "";
        }
    }

    /**
     * The endpoint answered otherwise, or refused.
     *
     * @param reason for people; it may quote the endpoint, so it is cut to {@value #MAX_REASON} printable characters
     */
    record Failed(String reason) implements ProbeResult {

        private static final int MAX_REASON = 200;

        public Failed {
            String cut = reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) + "…" : reason;
            reason = cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
        }
    }

    /**
     * The endpoint did not answer in time.
     *
     * @param after how long it had
     */
    record TimedOut(Duration after) implements ProbeResult {

        @Override
        public String reason() {
            return "gave no good answer within " + after.toMillis() + " ms";
        }
    }

    /**
     * This process could not ask, which says nothing of the endpoint.
     *
     * @param reason for people
     */
    record NotAsked(String reason) implements ProbeResult {}
}
