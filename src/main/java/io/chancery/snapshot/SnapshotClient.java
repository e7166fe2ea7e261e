package io.chancery.snapshot;

import io.chancery.model.Node;

/**
 * Whom a snapshot is for.
 *
 * @param collections whether the client can take the endpoints of large services as glob collections
 */
public record SnapshotClient(Node node, boolean collections) {}
