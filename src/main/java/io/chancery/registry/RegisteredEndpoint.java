package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.Revision;

/**
 * An endpoint and when it was last written.
 *
 * @param revision the revision of the last change to this endpoint
 */
public record RegisteredEndpoint(Endpoint endpoint, Revision revision) {}
