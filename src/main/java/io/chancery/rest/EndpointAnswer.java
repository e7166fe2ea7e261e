package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.envoys.HostView;
import io.chancery.model.Endpoint;
import io.chancery.registry.RegisteredEndpoint;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as the API shows it; sent back with PUT it is accepted and changes nothing.
 *
 * @param revision the revision at which it was last written
 */
record EndpointAnswer(
        String id,
        String address,
        int port,
        int weight,

        @JsonInclude(JsonInclude.Include.NON_NULL) EndpointAttributes.@Nullable LocalityBody locality,

        int priority,
        Map<String, String> metadata,
        String state,
        @JsonInclude(JsonInclude.Include.NON_NULL) EndpointAttributes.@Nullable LeaseBody lease,
        @JsonInclude(JsonInclude.Include.NON_NULL) EndpointAttributes.@Nullable ProbeBody probe,
        long revision,
        ObservedAnswer observed)
        implements Written {

    /** One of a list, or as it was just written, without what changes by itself. */
    static EndpointAnswer of(RegisteredEndpoint registered) {
        return of(registered, Optional.empty(), Collections.emptySortedMap());
    }

    static EndpointAnswer of(
            RegisteredEndpoint registered, Optional<Duration> leaseRemaining, SortedMap<String, HostView> envoys) {
        Endpoint endpoint = registered.endpoint();
        return new EndpointAnswer(
                endpoint.id().value(),
                endpoint.target().address().value(),
                endpoint.target().port(),
                endpoint.weight(),
                EndpointAttributes.LocalityBody.of(endpoint.locality()),
                endpoint.priority(),
                endpoint.metadata(),
                EndpointAttributes.nameOf(endpoint.state()),
                EndpointAttributes.LeaseBody.of(endpoint.lease()),
                EndpointAttributes.ProbeBody.of(endpoint.probe()),
                registered.revision().value(),
                ObservedAnswer.of(registered, leaseRemaining, envoys));
    }
}
