package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestView;
import io.chancery.model.ResourceType;
import io.chancery.registry.EndpointRegistry;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What manifests and services amount to, one by one and apart from the snapshots: to look ahead, and back. Safe for use by
 * any thread; the cost of each call is that of what it returns.
 */
public interface Compilation {

    /** Compiles services as they are registered now. */
    static Compilation of(EndpointRegistry registry) {
        return new SingleCompilation(registry);
    }

    /**
     * What a manifest declares, for the nodes that it is for and for those of them for which that is something else.
     *
     * @param manifests that say how the services are to be that it names
     */
    List<Declared> declared(DeclaredManifest manifest, ManifestView manifests);

    /**
     * What nodes have under a name under which no manifest declares anything: what a registered service compiles to, its
     * endpoints in one assignment.
     *
     * @param manifests that say how services are to be
     */
    Optional<Resource> ofService(ResourceType type, String name, ManifestView manifests);

    /** The names of resources of a type that services compile to. */
    Set<String> namesOfServices(ResourceType type);
}
