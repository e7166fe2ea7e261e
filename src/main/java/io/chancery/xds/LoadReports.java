package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The load that connected clients reported last. Safe for use by any thread.
 *
 * <p>Of each cluster a node's last two reports are kept, of at most {@value #MAX_CLUSTERS} clusters of a node, those
 * reported last; of single endpoints only what the last one says, and at most {@value #MAX_ENDPOINTS} times over all nodes;
 * of a node that is gone nothing.
 */
@ThreadSafe
public final class LoadReports {

    static final int MAX_CLUSTERS = 10_000;
    static final int MAX_ENDPOINTS = 200_000;

    /*
     * A node's reports change under its entry's lock in the map, so that a report and the end of the last stream cannot
     * overlap; what is in an entry is immutable or guarded by the entry. Nodes that report at once may exceed the bound on
     * endpoints by one report each.
     */
    private final ConcurrentHashMap<String, NodeReports> nodes = new ConcurrentHashMap<>();
    private final AtomicInteger endpoints = new AtomicInteger();

    /** Nobody has reported anything. */
    public LoadReports() {}

    private final class NodeReports {

        private int streams;
        private final Map<String, List<ClusterLoad>> clusters = new LinkedHashMap<>();

        synchronized void add(ClusterLoad load) {
            @Nullable List<ClusterLoad> former = clusters.remove(load.cluster());
            drop(former);
            ClusterLoad kept =
                    endpoints.get() + load.endpoints().size() > MAX_ENDPOINTS ? load.withoutEndpoints() : load;
            endpoints.addAndGet(kept.endpoints().size());
            clusters.put(
                    load.cluster(),
                    former == null
                            ? List.of(kept)
                            : List.of(kept, former.getFirst().withoutEndpoints()));
            if (clusters.size() > MAX_CLUSTERS) {
                drop(clusters.remove(clusters.keySet().iterator().next()));
            }
        }

        synchronized Optional<ClusterLoad> last(String cluster) {
            return Optional.ofNullable(clusters.get(cluster)).map(List::getFirst);
        }

        synchronized void drop() {
            clusters.values().forEach(this::drop);
        }

        private void drop(@Nullable List<ClusterLoad> reports) {
            if (reports != null) {
                endpoints.addAndGet(-reports.getFirst().endpoints().size());
            }
        }

        synchronized List<ClusterLoad> all() {
            return clusters.values().stream().flatMap(List::stream).toList();
        }
    }

    /** Returns the last two reports of each cluster that the node has reported, the newer first; empty if it is not there. */
    public List<ClusterLoad> of(String nodeId) {
        @Nullable NodeReports reports = nodes.get(nodeId);
        return reports == null ? List.of() : reports.all();
    }

    /** Returns what each node reported last of a cluster, by node. */
    public SortedMap<String, ClusterLoad> ofCluster(String cluster) {
        SortedMap<String, ClusterLoad> loads = new TreeMap<>();
        nodes.forEach((node, reports) -> reports.last(cluster).ifPresent(load -> loads.put(node, load)));
        return loads;
    }

    /** A stream of the node has begun; each must end with {@link #closed}. */
    void opened(String nodeId) {
        nodes.compute(nodeId, (_, known) -> {
            NodeReports reports = known == null ? new NodeReports() : known;
            reports.streams++;
            return reports;
        });
    }

    /** Takes what a node reports on an open stream. */
    void add(String nodeId, List<ClusterLoad> loads) {
        nodes.computeIfPresent(nodeId, (_, reports) -> {
            loads.forEach(reports::add);
            return reports;
        });
    }

    void closed(String nodeId) {
        nodes.computeIfPresent(nodeId, (_, reports) -> {
            reports.streams--;
            if (reports.streams > 0) {
                return reports;
            }
            reports.drop();
            return null;
        });
    }

    int nodeCount() {
        return nodes.size();
    }

    int endpointCount() {
        return endpoints.get();
    }
}
