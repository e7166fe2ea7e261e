package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.ServiceView;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What registered services compile to. Large services have several forms, of which those are compiled that a client
 * needs. Kept up to date by name, by the compiler's thread.
 */
final class ServiceResources {

    private ResourceSet clusters = ResourceSet.EMPTY;

    /** The assignments of services that are not large. */
    private ResourceSet ordinary = ResourceSet.EMPTY;

    private final Map<ServiceName, ServiceView> large = new HashMap<>();
    private final Map<EndpointForm, LargeServices> forms = new EnumMap<>(EndpointForm.class);

    ServiceResources() {
        for (EndpointForm form : EndpointForm.values()) {
            forms.put(form, new LargeServices(form));
        }
    }

    /** How a service's endpoints go to clients that have the choice. */
    enum Size {
        LARGE,
        ORDINARY
    }

    /** How a service goes out. */
    record Form(Size size, ShardLabels labels) {}

    /** Takes in a service's state; what is large is compiled by {@link #complete}. */
    void update(ServiceName name, LiveSurroundings surroundings, Form form, Touched touched) {
        Size size = form.size();
        Optional<ServiceView> service = surroundings.view().service(name);
        clusters = replaced(clusters, name, service.map(view -> ServiceCompiler.cluster(view, surroundings)), touched);
        boolean isLarge = size == Size.LARGE && service.isPresent();
        boolean wasLarge = isLarge ? large.put(name, service.orElseThrow()) != null : large.remove(name) != null;
        if (isLarge || wasLarge) {
            forms.values().forEach(one -> one.changed(name));
        }
        Optional<ServiceView> unlessLarge = isLarge ? Optional.empty() : service;
        ordinary = replaced(
                ordinary, name, unlessLarge.map(view -> ServiceCompiler.assignment(view, form.labels())), touched);
    }

    /** Compiles the large services that changed, in the forms that clients need. */
    void complete(Set<EndpointForm> needed, Touched touched) {
        for (EndpointForm form : needed) {
            of(form).compile(large, touched);
        }
    }

    private LargeServices of(EndpointForm form) {
        return Objects.requireNonNull(forms.get(form));
    }

    boolean anyLarge() {
        return !large.isEmpty();
    }

    /** All resources of a type in one form. */
    ResourceSet resources(ResourceType type, EndpointForm form) {
        return switch (type) {
            case CLUSTER -> clusters;
            case ENDPOINT -> {
                ResourceSet all = ordinary;
                for (Resource assignment : of(form).assignments().all()) {
                    all = all.with(assignment);
                }
                yield all;
            }
            case LOCALITY_ENDPOINT -> of(form).members();
            case LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG -> ResourceSet.EMPTY;
        };
    }

    @Nullable
    Resource resource(ResourceType type, String name, EndpointForm form) {
        return switch (type) {
            case CLUSTER -> clusters.get(name);
            case ENDPOINT -> {
                @Nullable Resource assignment = ordinary.get(name);
                yield assignment == null ? of(form).assignments().get(name) : assignment;
            }
            case LOCALITY_ENDPOINT -> of(form).members().get(name);
            case LISTENER, ROUTE, SCOPED_ROUTE, VIRTUAL_HOST, SECRET, RUNTIME, EXTENSION_CONFIG -> null;
        };
    }

    /** Whether some client's form of the resource has this version. */
    boolean has(ResourceType type, String name, String version) {
        for (EndpointForm form : EndpointForm.values()) {
            @Nullable Resource resource = resource(type, name, form);
            if (resource != null && resource.version().equals(version)) {
                return true;
            }
        }
        return false;
    }

    /** What comes out equal to before is no change. */
    static ResourceSet replaced(ResourceSet set, ServiceName name, Optional<Resource> resource, Touched touched) {
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
