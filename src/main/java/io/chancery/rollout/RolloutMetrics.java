package io.chancery.rollout;

import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The meters of changes of shards; {@code docs/metrics.md} lists them. */
final class RolloutMetrics {

    private final Map<Move.Kind, Counter> moves = new EnumMap<>(Move.Kind.class);
    private final Counter expired;

    RolloutMetrics(MeterRegistry meters, ManifestRegistry registry) {
        for (ShardRollout.State state : ShardRollout.State.values()) {
            Gauge.builder(
                            "chancery.rollout.rollouts",
                            registry,
                            manifests -> rollouts(manifests)
                                    .filter(one -> one.state() == state)
                                    .count())
                    .description("Changes of shards that are under way, by whether they go on by themselves")
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        percent(
                meters,
                registry,
                "least",
                rollouts -> rollouts.min(Integer::compare).orElse(0));
        percent(
                meters,
                registry,
                "furthest",
                rollouts -> rollouts.max(Integer::compare).orElse(0));
        for (Move.Kind kind : Move.Kind.values()) {
            moves.put(
                    kind,
                    Counter.builder("chancery.rollout.steps")
                            .description("What changes of shards did by themselves")
                            .tag("outcome", kind.name().toLowerCase(Locale.ROOT))
                            .register(meters));
        }
        this.expired = Counter.builder("chancery.rollout.expired")
                .description("Overrides of customers that were removed because they had expired")
                .register(meters);
    }

    /** Chooses one of the percentages of all changes that are under way. */
    @FunctionalInterface
    private interface Choice {
        int of(Stream<Integer> percents);
    }

    private static void percent(MeterRegistry meters, ManifestRegistry registry, String which, Choice choice) {
        Gauge.builder(
                        "chancery.rollout.percent",
                        registry,
                        manifests -> choice.of(rollouts(manifests).map(ShardRollout::percent)))
                .description(
                        "The percentage of customers or nodes that has the change of shards that has come the least"
                                + " far, or the furthest, of those under way; 0 without any")
                .tag("which", which)
                .register(meters);
    }

    private static Stream<ShardRollout> rollouts(ManifestRegistry registry) {
        return registry.view().ofKind(ManifestKind.SHUFFLE_SHARD).values().stream()
                .flatMap(declared -> declared.manifest().spec() instanceof ShuffleShard policy
                        ? policy.rollout().stream()
                        : Stream.empty());
    }

    void recordMove(Move.Kind kind) {
        Objects.requireNonNull(moves.get(kind)).increment();
    }

    void recordExpired(int count) {
        expired.increment(count);
    }
}
