package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.Grouping;
import io.chancery.snapshot.NodeGroup;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotListener;
import io.chancery.snapshot.SnapshotUpdate;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The names of the clusters that a node has from this server. Safe for use by any thread. */
@ThreadSafe
final class KnownClusters implements SnapshotListener {

    private record Published(Grouping grouping, Map<NodeGroup, ResourceSet> clusters) {}

    private volatile @Nullable Published last;

    @Override
    public CompletableFuture<?> published(SnapshotUpdate update) {
        Map<NodeGroup, ResourceSet> clusters = new HashMap<>();
        update.groups()
                .forEach((group, one) -> clusters.put(group, one.snapshot().resources(ResourceType.CLUSTER)));
        last = new Published(update.grouping(), clusters);
        return CompletableFuture.completedFuture(null);
    }

    /** Returns the names, sorted; empty if the node has no stream for its resources. */
    NavigableSet<String> of(Node node) {
        NavigableSet<String> names = new TreeSet<>();
        Published published = last;
        if (published != null) {
            // In which form the client has its endpoints cannot be told from here; the clusters' names are the same.
            for (EndpointForm form : EndpointForm.values()) {
                @Nullable
                ResourceSet clusters =
                        published.clusters().get(published.grouping().of(new SnapshotClient(node, form)));
                if (clusters != null) {
                    clusters.all().stream().map(Resource::name).forEach(names::add);
                }
            }
        }
        return names;
    }
}
