package io.chancery.model;

/** What some nodes have, and no document can ask for: something may be different for them. */
public sealed interface NodeTrait permits NodeShare, EnvoySince {

    /** Whether a node has it. */
    boolean includes(Node node);
}
