package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The load that connected clients reported last. Safe for use by any thread.
 *
 * <p>Of each cluster a node's last two reports are kept, of at most {@value #MAX_CLUSTERS} clusters of a node, those
 * reported last; of a node that is gone nothing.
 */
@ThreadSafe
public final class LoadReports {

    static final int MAX_CLUSTERS = 10_000;

    /*
     * A node's reports change under its entry's lock in the map, so that a report and the end of the last stream cannot
     * overlap; what is in an entry is immutable or guarded by the entry.
     */
    private final ConcurrentHashMap<String, NodeReports> nodes = new ConcurrentHashMap<>();

    LoadReports() {}

    private static final class NodeReports {

        private int streams;
        private final Map<String, List<ClusterLoad>> clusters = new LinkedHashMap<>();

        synchronized void add(ClusterLoad load) {
            @Nullable List<ClusterLoad> former = clusters.remove(load.cluster());
            clusters.put(load.cluster(), former == null ? List.of(load) : List.of(load, former.getFirst()));
            if (clusters.size() > MAX_CLUSTERS) {
                clusters.remove(clusters.keySet().iterator().next());
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
            return reports.streams == 0 ? null : reports;
        });
    }

    int nodeCount() {
        return nodes.size();
    }
}
