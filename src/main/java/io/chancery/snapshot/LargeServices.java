package io.chancery.snapshot;

import io.chancery.model.ServiceName;
import io.chancery.registry.ServiceView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The large services in one form. Kept up to date by name, by the compiler's thread. */
final class LargeServices {

    private final EndpointForm form;

    /** As they were compiled last. */
    private final Map<ServiceName, ServiceView> compiled = new HashMap<>();

    /** Those that have changed since. */
    private final Set<ServiceName> stale = new HashSet<>();

    private ResourceSet assignments = ResourceSet.EMPTY;
    private ResourceSet members = ResourceSet.EMPTY;

    LargeServices(EndpointForm form) {
        this.form = form;
    }

    ResourceSet assignments() {
        return assignments;
    }

    ResourceSet members() {
        return members;
    }

    /** Notes a change, which {@link #compile} takes in. */
    void changed(ServiceName name) {
        stale.add(name);
    }

    /** Compiles what has changed; a service that is not in {@code large} has no place here. */
    void compile(Map<ServiceName, ServiceView> large, Touched touched) {
        for (ServiceName name : stale) {
            compile(name, Optional.ofNullable(large.get(name)), touched);
        }
        stale.clear();
    }

    private void compile(ServiceName name, Optional<ServiceView> service, Touched touched) {
        @Nullable ServiceView former = service.isPresent() ? compiled.put(name, service.get()) : compiled.remove(name);
        if (form.isCollection()) {
            CollectionCompiler compiler = new CollectionCompiler(form);
            ServiceView nothing = ServiceView.empty(name);
            members = compiler.members(members, former == null ? nothing : former, service.orElse(nothing), touched);
            assignments = ServiceResources.replaced(assignments, name, service.map(compiler::assignment), touched);
        } else {
            assignments = ServiceResources.replaced(
                    assignments,
                    name,
                    service.map(view -> ServiceCompiler.assignment(view, ShardLabels.NONE)),
                    touched);
        }
    }
}
