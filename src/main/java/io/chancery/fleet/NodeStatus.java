package io.chancery.fleet;

import io.chancery.xds.StreamStatus;
import java.time.Duration;
import java.util.List;

/**
 * One node, as it stands.
 *
 * @param streams that are open, the oldest first
 */
public record NodeStatus(Presence presence, List<StreamStatus> streams) {

    public NodeStatus {
        streams = List.copyOf(streams);
    }

    /** How a node stands, in one word. */
    public enum State {
        /** It has accepted all that it was sent. */
        SYNCED,
        /** Something that it was sent, or is to be sent, is unanswered. */
        BEHIND,
        /** It refused the last that it was sent of some type. */
        REFUSING,
        /** It is not connected. */
        LEFT
    }

    /** The worst that can be said of it. */
    public State state() {
        if (!presence.isConnected()) {
            return State.LEFT;
        }
        if (has(StreamStatus.State.ERROR)) {
            return State.REFUSING;
        }
        boolean behind =
                streams.stream().flatMap(stream -> stream.types().stream()).anyMatch(type -> type.behind() > 0);
        return behind || has(StreamStatus.State.STALE) ? State.BEHIND : State.SYNCED;
    }

    /** How long the oldest change that it has not answered has waited; zero if there is none. */
    public Duration owing() {
        return streams.stream()
                .flatMap(stream -> stream.types().stream())
                .map(StreamStatus.TypeStatus::lag)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private boolean has(StreamStatus.State state) {
        return streams.stream().flatMap(stream -> stream.types().stream()).anyMatch(type -> type.state() == state);
    }
}
