package io.chancery.snapshot;

import io.chancery.model.Node;

/**
 * Whom a snapshot is for.
 *
 * @param form how the endpoints of large services go to the client
 */
public record SnapshotClient(Node node, EndpointForm form) {}
