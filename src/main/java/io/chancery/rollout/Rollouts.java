package io.chancery.rollout;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.fleet.Fleet;
import io.chancery.fleet.NodeStatus;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.NodeShare;
import io.chancery.sharding.Sharding;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What operators do with changes of shards that go to some first, and what they are shown of them. Writes nothing: an order
 * says what the policy is to be. Safe for use by any thread.
 */
@ThreadSafe
public final class Rollouts {

    private final RolloutDriver driver;
    private final Evidence evidence;
    private final Fleet fleet;
    private final InstantSource clock;

    Rollouts(RolloutDriver driver, Evidence evidence, Fleet fleet, InstantSource clock) {
        this.driver = driver;
        this.evidence = evidence;
        this.fleet = fleet;
        this.clock = clock;
    }

    /** Begins a change, with its first step. */
    public RolloutResult begin(ShuffleShard policy, ShardRollout wanted) {
        return Course.begun(policy, wanted, clock.instant());
    }

    /** Keeps it where it is. */
    public RolloutResult pause(ShuffleShard policy) {
        return Course.paused(policy);
    }

    /** Lets one that was paused or halted go on; the step that it is in is held anew. */
    public RolloutResult resume(ShuffleShard policy) {
        return Course.resumed(policy, clock.instant());
    }

    /** Takes it to the next step, or, in the last one, to all for good. */
    public RolloutResult promote(ShuffleShard policy) {
        return Course.promoted(policy, clock.instant());
    }

    /** Takes it back from all. */
    public RolloutResult rollBack(ShuffleShard policy) {
        return Course.rolledBack(policy);
    }

    /** Shows the change that is under way in a policy, if there is one. */
    public Optional<RolloutView> view(DeclaredManifest declared, ShuffleShard policy) {
        return policy.rollout().map(rollout -> view(declared, policy, rollout));
    }

    private RolloutView view(DeclaredManifest declared, ShuffleShard policy, ShardRollout rollout) {
        // Whom it reaches does not depend on the endpoints.
        Sharding sharding = Sharding.of(policy, List.of());
        return new RolloutView(
                rollout,
                Course.nextStep(rollout),
                driver.obstacle(declared),
                switch (rollout.by()) {
                    case CUSTOMERS -> Optional.of(customers(policy, sharding));
                    case NODES -> Optional.empty();
                },
                nodes(sharding.nodeShare()),
                evidence.figures(declared, rollout).refusals());
    }

    private static RolloutView.Customers customers(ShuffleShard policy, Sharding sharding) {
        long moved =
                policy.customers().keySet().stream().filter(sharding::isMoved).count();
        return new RolloutView.Customers(policy.customers().size(), (int) moved);
    }

    private RolloutView.Nodes nodes(Optional<NodeShare> share) {
        Map<String, NodeStatus> connected = new TreeMap<>(fleet.nodes());
        connected.values().removeIf(node -> !node.presence().isConnected());
        List<NodeStatus> chosen = connected.values().stream()
                .filter(node ->
                        share.map(some -> some.includes(node.presence().node())).orElse(true))
                .toList();
        return new RolloutView.Nodes(
                connected.size(),
                ids(chosen.stream()
                        .filter(node -> node.state() == NodeStatus.State.SYNCED)
                        .toList()),
                ids(chosen.stream()
                        .filter(node -> node.state() != NodeStatus.State.SYNCED)
                        .toList()));
    }

    private static List<String> ids(List<NodeStatus> nodes) {
        return nodes.stream().map(node -> node.presence().node().id()).toList();
    }
}
