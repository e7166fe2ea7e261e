package io.chancery.registry;

import io.chancery.model.ServiceName;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whose leases are kept although they have ended, because too many end at once.
 *
 * @param everything present where that is so of all leases together
 * @param services those of which it is so, sorted by name
 */
public record PreservationView(Optional<Kept> everything, Map<ServiceName, Kept> services) {

    static final PreservationView NONE = new PreservationView(Optional.empty(), Map.of());

    public PreservationView {
        services = Collections.unmodifiableMap(new TreeMap<>(services));
    }

    /**
     * What is kept.
     *
     * @param leases how many leases there are
     * @param overdue how many of them have ended
     */
    public record Kept(int leases, int overdue) {}

    /** Whether it is so of anything. */
    public boolean isActive() {
        return everything.isPresent() || !services.isEmpty();
    }
}
