package io.chancery.snapshot;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistryView;
import java.util.Set;

/** What snapshots are compiled from, at one moment. */
record Sources(RegistryView registry, ManifestView manifests, Quarantine.View quarantine) {

    Revision revision() {
        return latest(latest(registry.revision(), manifests.revision()), quarantine.revision());
    }

    private static Revision latest(Revision a, Revision b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** What is different from the sources before. */
    record Changes(Set<ServiceName> services, Set<ManifestKey> manifests, Set<Quarantine.ResourceName> held) {}
}
