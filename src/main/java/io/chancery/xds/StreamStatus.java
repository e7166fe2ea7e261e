package io.chancery.xds;

import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One open stream.
 *
 * @param id tells streams of this process apart
 * @param aggregated whether it carries all types
 * @param since when it was opened
 * @param types that it asked for, in the order in which they go out
 */
public record StreamStatus(
        long id, Node node, Variant variant, boolean aggregated, Instant since, List<TypeStatus> types) {

    /** How a type stands on a stream, in the words of the client status discovery service. */
    public enum State {
        /** Nothing has been sent. */
        NOT_SENT,
        /** What was sent last is unanswered. */
        STALE,
        /** What was sent last was accepted. */
        SYNCED,
        /** What was sent last was refused. */
        ERROR
    }

    /**
     * One type on a stream.
     *
     * @param typeUrl as the client wrote it
     * @param type empty for a type that is not served
     * @param wildcard whether everything is subscribed to
     * @param names how many names are subscribed to
     * @param sentVersion of the type as a whole, empty if nothing was sent
     * @param acknowledgedVersion of the type as a whole, empty if nothing was accepted
     * @param refusal the last refusal on this stream; a later acceptance does not remove it
     * @param behind how many updates are unanswered
     * @param lag how long the oldest unanswered change has waited; zero if there is none
     */
    public record TypeStatus(
            String typeUrl,
            Optional<ResourceType> type,
            State state,
            boolean wildcard,
            int names,
            String sentVersion,
            String acknowledgedVersion,
            Optional<RefusalStatus> refusal,
            int behind,
            Duration lag) {}

    /**
     * A refusal.
     *
     * @param version of the type as a whole that was refused
     * @param blamed names of the resources on which it falls
     * @param message the client's words, cut and without control characters
     */
    public record RefusalStatus(String version, List<String> blamed, String message, Instant time) {}
}
