package io.chancery.envoys;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.IpAddress;
import io.chancery.model.Node;
import io.chancery.xds.StreamListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which admin interfaces there are to ask: those that are configured with their address, and of the nodes that are
 * connected those for which it is configured how to find theirs. Safe for use by any thread.
 *
 * <p>A node can choose its id but not from where it is connected, so it can have nobody asked but itself.
 */
@ThreadSafe
final class ConnectedEnvoys implements StreamListener, Supplier<List<AdminTarget>> {

    /** Of those that are connected so many are asked, the first ones. */
    static final int MAX_NODES = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectedEnvoys.class);

    private final List<AdminAddress> addresses;
    private final List<AdminTarget> fixed;

    /** In the order in which they came. */
    @GuardedBy("this")
    private final Map<String, Connected> connected = new LinkedHashMap<>();

    @GuardedBy("this")
    private boolean isFull;

    /**
     * A node that is connected, and how often.
     *
     * @param target by the stream that was opened last
     */
    private record Connected(AdminTarget target, int streams) {}

    /** @param addresses no two for the same nodes */
    ConnectedEnvoys(List<AdminAddress> addresses) {
        this.addresses = addresses.stream()
                .sorted(Comparator.comparingInt(AdminAddress::precision).reversed())
                .toList();
        this.fixed = addresses.stream()
                .map(AdminAddress::fixed)
                .flatMap(Optional::stream)
                .toList();
    }

    /** All that are to be asked now. */
    @Override
    public synchronized List<AdminTarget> get() {
        List<AdminTarget> targets = new ArrayList<>(fixed);
        connected.values().stream().map(Connected::target).limit(MAX_NODES).forEach(targets::add);
        if (connected.size() > MAX_NODES && !isFull) {
            LOG.warn(
                    "More Envoys are connected than are asked for their hosts. connected={} asked={}",
                    connected.size(),
                    MAX_NODES);
        }
        isFull = connected.size() > MAX_NODES;
        return targets;
    }

    @Override
    public void opened(Node node, Optional<IpAddress> peer) {
        Optional<AdminAddress> meant =
                addresses.stream().filter(one -> one.isFor(node.id())).findFirst();
        if (meant.isEmpty() || meant.get().fixed().isPresent() || peer.isEmpty()) {
            return;
        }
        AdminTarget target = meant.get().of(node.id(), peer.get());
        synchronized (this) {
            connected.compute(
                    node.id(), (_, before) -> new Connected(target, before == null ? 1 : before.streams() + 1));
        }
    }

    @Override
    public void described(Node node) {
        // It is where it was.
    }

    @Override
    public synchronized void closed(Node node) {
        connected.computeIfPresent(
                node.id(),
                (_, before) -> before.streams() == 1 ? null : new Connected(before.target(), before.streams() - 1));
    }
}
