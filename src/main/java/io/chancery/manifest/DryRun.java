package io.chancery.manifest;

import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.spec.DeclaredName;
import io.chancery.model.ResourceType;
import java.util.List;

/** What changes would come to. */
public final class DryRun {

    private final LiveView before;
    private final LiveView after;
    private final List<Effect> effects;
    private final List<Fault> faults;

    DryRun(LiveView before, LiveView after, List<Effect> effects, List<Fault> faults) {
        this.before = before;
        this.after = after;
        this.effects = List.copyOf(effects);
        this.faults = List.copyOf(faults);
    }

    /** The manifests as they are. */
    public ManifestView before() {
        return before.manifests();
    }

    /** The manifests as they would be. */
    public ManifestView after() {
        return after.manifests();
    }

    /** What would become of each manifest, those that are pruned last, as if nothing spoke against it. */
    public List<Effect> effects() {
        return effects;
    }

    /** All that speaks against it, conditions that do not hold among it; empty if the changes would be made. */
    public List<Fault> faults() {
        return faults;
    }

    /** The manifests that declare a resource now. */
    public List<DeclaredManifest> declaringBefore(ResourceType type, String name) {
        return declaring(before, type, name);
    }

    /** The manifests that would declare it. */
    public List<DeclaredManifest> declaringAfter(ResourceType type, String name) {
        return declaring(after, type, name);
    }

    private static List<DeclaredManifest> declaring(LiveView view, ResourceType type, String name) {
        return view.declaring(new DeclaredName(type, name)).stream()
                .map(key -> view.manifests().manifest(key).orElseThrow())
                .toList();
    }
}
