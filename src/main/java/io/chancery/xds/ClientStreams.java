package io.chancery.xds;

import io.chancery.model.Node;
import io.chancery.model.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Who is connected, what they were sent and what they said to it. Safe for use by any thread but the engine's own; the
 * queries wait for the engine's threads, which each answer for their streams at one moment.
 */
public interface ClientStreams {

    /** All open streams whose client has said who it is, in no order. */
    List<StreamStatus> streams();

    /**
     * The streams of some nodes, with what they hold.
     *
     * @param nodes asked on the engine's threads, so it must answer quickly
     */
    List<StreamDetail> details(Predicate<Node> nodes);

    /**
     * How far the update has come that carries a revision.
     *
     * @return empty if no update with this revision or a later one has been published (nobody is connected, or it is on
     *     its way), or if it is so old that it is no longer known
     */
    Optional<DeliveryStatus> delivery(Revision revision);

    /**
     * Waits until enough nodes have acknowledged the update that carries a revision, or nobody is left to wait for, or the
     * time is up. Returns how things stand then. A revision that concerns no connected node is complete at once.
     *
     * @param percent of the nodes concerned that must have acknowledged, 1 to 100
     */
    DeliveryStatus await(Revision revision, int percent, Duration timeout) throws InterruptedException;

    /** Adds a listener of the clients' answers. */
    void addListener(ReplyListener listener);

    /** Adds a listener of the clients' coming and going. */
    void addListener(StreamListener listener);
}
