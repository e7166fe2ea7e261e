package io.chancery.fleet;

import io.chancery.model.Node;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a node is connected.
 *
 * @param node as it last described itself; without metadata once it has left
 * @param since when its first stream was opened of those that followed each other without a gap
 * @param left when its last stream ended; empty while it is connected
 * @param streams how many are open
 */
public record Presence(Node node, Instant since, Optional<Instant> left, int streams) {

    public boolean isConnected() {
        return left.isEmpty();
    }
}
