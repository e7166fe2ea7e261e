package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import java.util.List;
import java.util.Optional;

/**
 * A master as it is known now.
 *
 * @param name the manifest's
 * @param election which node is taken for it
 * @param masterService the service that it is
 * @param replicasService the service of those that are read from
 * @param nodes in the manifest's order
 * @param sentinels in the manifest's order
 * @param lastSwitch how the master became it; empty if there never was one, or that is not known
 */
public record MasterView(
        String name,
        Election election,
        String masterService,
        String replicasService,
        List<RoleView> nodes,
        List<SentinelView> sentinels,
        Optional<PastSwitch> lastSwitch) {

    static MasterView of(Watched watched, MasterState state, Election shown, Optional<PastSwitch> lastSwitch) {
        return new MasterView(
                watched.name(),
                shown,
                watched.master().value(),
                watched.replicas().value(),
                state.nodes(),
                state.sentinels(),
                lastSwitch);
    }

    /** Whether a node is taken for the master and says so too. */
    boolean isServedBy(HostName node) {
        return election.master().equals(Optional.of(node))
                && nodes.stream().anyMatch(view -> view.node().equals(node) && view.role() == Role.MASTER);
    }
}
