package io.chancery.xds;

import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A conversation as the order of sending is judged by it.
 *
 * @param current the resources of its type that are in force
 */
record ConversationSide(Conversation conversation, ResourceSet current) implements Sequence.Side {

    @Override
    public boolean wants(String name) {
        return conversation.subscription().wants(name);
    }

    @Override
    public boolean isByName() {
        return !conversation.subscription().wildcard();
    }

    @Override
    public Stream<Resource> accepted() {
        return conversation.holds().stream();
    }

    @Override
    public @Nullable Resource accepted(String name) {
        return conversation.possession().accepted().get(name);
    }

    @Override
    public @Nullable Resource inForce(String name) {
        return current.get(name);
    }

    @Override
    public boolean refused(String name) {
        return conversation.refusals().isInForce(name, current);
    }

    @Override
    public Stream<Resource> naming(Reference reference) {
        return conversation.naming(reference);
    }
}
