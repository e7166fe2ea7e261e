package io.chancery.manifest;

import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Revision;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;

/** The manifests' meters; {@code docs/metrics.md} lists them. */
final class ManifestMetrics {

    private final Counter applied;
    private final Counter unchanged;
    private final Counter preconditionFailed;
    private final Counter ownedByFile;
    private final Counter refused;

    ManifestMetrics(MeterRegistry meters, ManifestRegistry registry) {
        applied = counter(meters, "applied");
        unchanged = counter(meters, "unchanged");
        preconditionFailed = counter(meters, "precondition-failed");
        ownedByFile = counter(meters, "owned-by-file");
        refused = counter(meters, "refused");
        Gauge.builder("chancery.manifest.history", registry, r -> r.history().size())
                .description("Changes that are kept in the history")
                .register(meters);
        for (ManifestKind kind : ManifestKind.values()) {
            Gauge.builder("chancery.manifest.manifests", registry, r -> count(r.view(), kind))
                    .description("Manifests that are declared")
                    .tag("kind", kind.spelling())
                    .register(meters);
        }
    }

    ApplyResult recordApply(ApplyResult result) {
        switch (result) {
            case ApplyResult.Applied(Revision _, List<Effect> effects) -> {
                boolean nothing = effects.stream().allMatch(effect -> effect.outcome() == Outcome.UNCHANGED);
                (nothing ? unchanged : applied).increment();
            }
            case ApplyResult.PreconditionFailed _ -> preconditionFailed.increment();
            case ApplyResult.OwnedByFile _ -> ownedByFile.increment();
            case ApplyResult.Refused _ -> refused.increment();
        }
        return result;
    }

    private static long count(ManifestView view, ManifestKind kind) {
        return view.manifests().keySet().stream()
                .filter(key -> key.kind() == kind)
                .count();
    }

    private static Counter counter(MeterRegistry meters, String outcome) {
        return Counter.builder("chancery.manifest.applies")
                .description("Lists of readable manifests to apply, by what became of them")
                .tag("outcome", outcome)
                .register(meters);
    }
}
