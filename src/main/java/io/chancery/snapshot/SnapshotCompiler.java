package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From a snapshot, the live view and the names that changed in it, the next snapshot. Pure. */
final class SnapshotCompiler {

    private SnapshotCompiler() {}

    /** A snapshot, and the names of the resources that differ in it from the one before. */
    record Step(Snapshot snapshot, Map<ResourceType, List<String>> changed) {}

    /** Recompiles the named services only; what comes out equal to before is no change. */
    static Step after(Snapshot before, RegistryView view, Collection<ServiceName> names) {
        ResourceSet clusters = before.clusters();
        ResourceSet endpoints = before.endpoints();
        Map<ResourceType, List<String>> changed = new EnumMap<>(ResourceType.class);
        for (ServiceName name : names) {
            Optional<ServiceView> service = view.service(name);
            ResourceSet nextClusters = replaced(clusters, name, service.map(ServiceCompiler::cluster));
            ResourceSet nextEndpoints = replaced(endpoints, name, service.map(ServiceCompiler::assignment));
            note(changed, ResourceType.CLUSTER, name, nextClusters != clusters);
            note(changed, ResourceType.ENDPOINT, name, nextEndpoints != endpoints);
            clusters = nextClusters;
            endpoints = nextEndpoints;
        }
        return new Step(new Snapshot(view.revision(), clusters, endpoints), changed);
    }

    private static ResourceSet replaced(ResourceSet set, ServiceName name, Optional<Resource> resource) {
        if (resource.isEmpty()) {
            return set.without(name.value());
        }
        return resource.get().equals(set.get(name.value())) ? set : set.with(resource.get());
    }

    private static void note(
            Map<ResourceType, List<String>> changed, ResourceType type, ServiceName name, boolean differs) {
        if (differs) {
            changed.computeIfAbsent(type, _ -> new ArrayList<>()).add(name.value());
        }
    }
}
