package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.IpAddress;
import io.chancery.model.Node;
import io.chancery.xds.StreamListener;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes are connected, and which were. Of those that left the last {@value #MAX_LEFT} are remembered. Safe for use by
 * any thread.
 */
@ThreadSafe
final class Attendance implements StreamListener {

    static final int MAX_LEFT = 10_000;

    private final InstantSource clock;

    @GuardedBy("this")
    private final Map<String, Presence> connected = new LinkedHashMap<>();

    /** In the order in which they left. */
    @GuardedBy("this")
    private final SequencedMap<String, Presence> left = new LinkedHashMap<>();

    Attendance(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void opened(Node node, Optional<IpAddress> peer) {
        left.remove(node.id());
        @Nullable Presence before = connected.get(node.id());
        connected.put(
                node.id(),
                before == null
                        ? new Presence(node, clock.instant(), Optional.empty(), 1)
                        : new Presence(node, before.since(), Optional.empty(), before.streams() + 1));
    }

    @Override
    public synchronized void described(Node node) {
        connected.computeIfPresent(
                node.id(), (_, before) -> new Presence(node, before.since(), Optional.empty(), before.streams()));
    }

    @Override
    public synchronized void closed(Node node) {
        @Nullable Presence before = connected.get(node.id());
        if (before == null) {
            return;
        }
        if (before.streams() > 1) {
            connected.put(
                    node.id(), new Presence(before.node(), before.since(), Optional.empty(), before.streams() - 1));
            return;
        }
        connected.remove(node.id());
        Node known = before.node();
        Node remembered = new Node(known.id(), known.cluster(), known.locality(), Map.of(), known.program());
        left.putLast(known.id(), new Presence(remembered, before.since(), Optional.of(clock.instant()), 0));
        if (left.size() > MAX_LEFT) {
            left.pollFirstEntry();
        }
    }

    synchronized Optional<Presence> of(String node) {
        @Nullable Presence present = connected.get(node);
        return Optional.ofNullable(present == null ? left.get(node) : present);
    }

    /** All of them, by id. */
    synchronized SortedMap<String, Presence> all() {
        SortedMap<String, Presence> all = new TreeMap<>(left);
        all.putAll(connected);
        return all;
    }

    synchronized int connectedCount() {
        return connected.size();
    }
}
