package io.chancery.snapshot.compile;

import io.chancery.sharding.Sharding;
import java.util.List;
import java.util.Optional;

/** What manifests meet when they are compiled: what is known of the services that they name. */
public interface Surroundings {

    /** Nobody is behind any service, and none has shards. */
    Surroundings NONE = new Surroundings() {
        @Override
        public List<String> members(String service) {
            return List.of();
        }

        @Override
        public Optional<Sharding> sharding(String service) {
            return Optional.empty();
        }
    };

    /** The ids of the endpoints of the first priority that take new connections, sorted. */
    List<String> members(String service);

    /** The shards of a service that has any. */
    Optional<Sharding> sharding(String service);
}
