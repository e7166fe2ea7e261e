package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointState;
import io.chancery.model.Revision;
import io.chancery.model.Verdict;

/**
 * An endpoint and what is known of its health, and when each was last written.
 *
 * @param revision the revision of the last change to this endpoint by a registrant; its health changes on its own
 * @param judged the revision of the last change of its health, zero if there was none
 */
public record RegisteredEndpoint(Endpoint endpoint, Revision revision, EndpointHealth health, Revision judged) {

    /** An endpoint of whose health nothing is known. */
    public RegisteredEndpoint(Endpoint endpoint, Revision revision) {
        this(endpoint, revision, EndpointHealth.NOTHING, Revision.ZERO);
    }

    /** Whether it takes new requests. */
    public boolean isUsable() {
        return endpoint.state() == EndpointState.ACTIVE && health.effective() != Verdict.UNHEALTHY;
    }

    /** When anything of it was last written. */
    public Revision changed() {
        return revision.compareTo(judged) > 0 ? revision : judged;
    }
}
