package io.chancery.rollout;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.fleet.Fleet;
import io.chancery.fleet.NodeStatus;
import io.chancery.fleet.Refusal;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShardRollout.Halt;
import io.chancery.manifest.spec.ShardTarget;
import io.chancery.model.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the nodes of this process say to changes of shards. Safe for use by any thread. */
@ThreadSafe
final class FleetEvidence implements Evidence {

    /** With what stands around it, less than a reason in a manifest or in the history may have. */
    private static final int LONGEST = 250;

    private final Fleet fleet;
    private final Map<ManifestKey, Watched> watched = new ConcurrentHashMap<>();

    /**
     * A change whose refusals count.
     *
     * @param from the time from which on they do
     */
    private record Watched(ShardTarget to, Instant from) {}

    FleetEvidence(Fleet fleet) {
        this.fleet = fleet;
    }

    @Override
    public Figures figures(DeclaredManifest declared, ShardRollout rollout) {
        Optional<Instant> from = from(declared, rollout);
        return from.map(time -> refusals(declared.manifest().key().name(), rollout, time))
                .orElse(Figures.SOUND);
    }

    /**
     * Since when refusals count: since the change came, or was resumed after it had been halted. After a restart that is all
     * of them that are known.
     */
    private Optional<Instant> from(DeclaredManifest declared, ShardRollout rollout) {
        @Nullable
        Watched one = watched.compute(declared.manifest().key(), (_, known) -> switch (rollout.state()) {
            case RUNNING, PAUSED ->
                known != null && known.to().equals(rollout.to()) ? known : new Watched(rollout.to(), declared.time());
            case HALTED -> null;
        });
        return Optional.ofNullable(one).map(Watched::from);
    }

    @Override
    public void forget(ManifestKey key) {
        watched.remove(key);
    }

    private Figures refusals(String service, ShardRollout rollout, Instant from) {
        int count = 0;
        String last = "";
        for (Map.Entry<String, List<Refusal>> ofNode : fleet.refusalsSince(from).entrySet()) {
            for (Refusal refusal : ofNode.getValue()) {
                if (mayComeFrom(service, refusal)) {
                    count += refusal.first().isBefore(from) ? 1 : refusal.count();
                    last = last.isEmpty() ? describe(ofNode.getKey(), refusal) : last;
                }
            }
        }
        boolean asksForTime = rollout.haltOn().flatMap(Halt::unacknowledged).isPresent();
        Optional<NodeStatus> slowest = asksForTime ? slowest() : Optional.empty();
        return new Figures(
                count,
                last,
                slowest.map(NodeStatus::owing).orElse(Duration.ZERO),
                slowest.map(node -> printable(node.presence().node().id())).orElse(""));
    }

    /** Shards reach Envoys by the service's cluster and endpoints, by routes, and by what these are in. */
    private static boolean mayComeFrom(String service, Refusal refusal) {
        return ResourceType.ofShortName(refusal.type())
                .map(type -> switch (type) {
                    case CLUSTER, ENDPOINT ->
                        refusal.name().isEmpty() || refusal.name().equals(service);
                    case LOCALITY_ENDPOINT, LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, EXTENSION_CONFIG -> true;
                    case SECRET, RUNTIME -> false;
                })
                .orElse(false);
    }

    private Optional<NodeStatus> slowest() {
        return fleet.nodes().values().stream()
                .filter(node -> node.owing().isPositive())
                .max((one, other) -> one.owing().compareTo(other.owing()));
    }

    private static String describe(String node, Refusal refusal) {
        String resource = refusal.name().isEmpty() ? "" : ' ' + refusal.name();
        return printable(node + " refused " + refusal.type() + resource + ": " + refusal.message());
    }

    /** Text from outside, as a manifest and the history take it. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars()
                .limit(LONGEST)
                .map(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : c)
                .forEach(c -> printable.append((char) c));
        return printable.toString();
    }
}
