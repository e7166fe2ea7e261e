package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What registered services compile to, in two forms: for any client, and for clients that take a large service's
 * endpoints as a glob collection. Kept up to date by name, by the compiler's thread.
 */
final class ServiceResources {

    private ResourceSet clusters = ResourceSet.EMPTY;
    private ResourceSet assignments = ResourceSet.EMPTY;

    /** The same as {@link #assignments}, but large services name collections. */
    private ResourceSet collectionAssignments = ResourceSet.EMPTY;

    private ResourceSet members = ResourceSet.EMPTY;

    /** Large services as their collections were compiled last. */
    private final Map<ServiceName, ServiceView> large = new HashMap<>();

    /** Large services whose assignment has not been compiled since they changed, as no client takes it. */
    private final Set<ServiceName> stale = new HashSet<>();

    void update(ServiceName name, RegistryView registry, Size size, Touched touched) {
        Optional<ServiceView> service = registry.service(name);
        clusters = replaced(clusters, name, service.map(ServiceCompiler::cluster), touched);
        if (size == Size.LARGE && service.isPresent()) {
            @Nullable ServiceView before = large.put(name, service.get());
            if (before == null) {
                before = ServiceView.empty(name);
            }
            members = CollectionCompiler.members(members, before, service.get(), touched);
            collectionAssignments =
                    replaced(collectionAssignments, name, service.map(CollectionCompiler::assignment), touched);
            stale.add(name);
        } else {
            @Nullable ServiceView before = large.remove(name);
            if (before != null) {
                members = CollectionCompiler.members(members, before, ServiceView.empty(name), touched);
            }
            stale.remove(name);
            Optional<Resource> assignment = service.map(ServiceCompiler::assignment);
            assignments = replaced(assignments, name, assignment, touched);
            collectionAssignments = replaced(collectionAssignments, name, assignment, touched);
        }
    }

    /** How a service's endpoints go to clients that have the choice. */
    enum Size {
        LARGE,
        ORDINARY
    }

    /** Compiles the assignments of large services for clients that take no collections. */
    void completeAssignments(Touched touched) {
        for (ServiceName name : stale) {
            assignments = replaced(
                    assignments,
                    name,
                    Optional.of(ServiceCompiler.assignment(Objects.requireNonNull(large.get(name)))),
                    touched);
        }
        stale.clear();
    }

    boolean anyLarge() {
        return !large.isEmpty();
    }

    ResourceSet resources(ResourceType type, NodeGroup group) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> group.collections() ? collectionAssignments : assignments;
            case LOCALITY_ENDPOINT -> group.collections() ? members : ResourceSet.EMPTY;
            case LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG -> ResourceSet.EMPTY;
        };
    }

    /** Whether some client's form of the resource has this version. */
    boolean has(ResourceType type, String name, String version) {
        return switch (type) {
            case CLUSTER -> has(clusters, name, version);
            case ENDPOINT -> has(assignments, name, version) || has(collectionAssignments, name, version);
            case LOCALITY_ENDPOINT -> has(members, name, version);
            case LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG -> false;
        };
    }

    private static boolean has(ResourceSet set, String name, String version) {
        @Nullable Resource resource = set.get(name);
        return resource != null && resource.version().equals(version);
    }

    /** What comes out equal to before is no change. */
    private static ResourceSet replaced(
            ResourceSet set, ServiceName name, Optional<Resource> resource, Touched touched) {
        @Nullable Resource before = set.get(name.value());
        if (resource.equals(Optional.ofNullable(before))) {
            return set;
        }
        ResourceType type = resource.map(Resource::type)
                .orElseGet(() -> Objects.requireNonNull(before).type());
        touched.add(type, name.value());
        return resource.isPresent() ? set.with(resource.get()) : set.without(name.value());
    }
}
