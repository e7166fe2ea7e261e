package io.chancery.manifest;

import io.chancery.manifest.spec.LossLimits;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.registry.Precondition;
import io.chancery.registry.ServicePolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds services that would lose too many of the endpoints that their manifests list. Pure functions. */
final class LossCheck {

    private LossCheck() {}

    static List<Fault> faults(LiveView view, List<Change> changes, ServicePolicy byDefault) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Change.Put(Manifest manifest, Precondition _)
                    && manifest.spec() instanceof ServiceSpec after
                    && !after.endpoints().isEmpty()) {
                int before = view.manifests()
                        .manifest(manifest.key())
                        .map(declared -> declared.manifest().spec())
                        .map(spec -> spec instanceof ServiceSpec former
                                ? former.endpoints().size()
                                : 0)
                        .orElse(0);
                ServicePolicy policy = policy(after.lossLimits(), byDefault);
                if (policy.isTooFew(after.endpoints().size(), before)) {
                    faults.add(new Fault(
                            i,
                            "spec.endpoints",
                            "must have at least " + policy.guardedShare() + " % of the " + before
                                    + " that there are; lossLimits.usable or force=true says otherwise"));
                }
            }
        }
        return faults;
    }

    /** What a service's manifest says, and the default for what it leaves out. */
    static ServicePolicy policy(Optional<LossLimits> limits, ServicePolicy byDefault) {
        return limits.map(declared -> new ServicePolicy(
                        declared.expiring().orElse(byDefault.preservedShare()),
                        declared.usable().orElse(byDefault.guardedShare()),
                        declared.window().orElse(byDefault.guardWindow())))
                .orElse(byDefault);
    }
}
