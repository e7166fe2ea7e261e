package io.chancery.snapshot;

import io.chancery.model.NodeSelector;
import java.util.Comparator;
import java.util.Set;

/**
 * A resource as a manifest declares it.
 *
 * @param nodes who is to have it
 * @param source the manifest
 */
public record Declared(NodeSelector nodes, String source, Resource resource) {

    /**
     * Under one name a resource that is meant for some nodes goes before one that is meant for all. Of those of one manifest that
     * comes first which is for nodes that have most.
     */
    public static final Comparator<Declared> ORDER = Comparator.<Declared, Boolean>comparing(
                    one -> one.nodes().with(Set.of()).isEvery())
            .thenComparing(Declared::source)
            .thenComparing(Comparator.comparingInt(
                            (Declared one) -> one.nodes().traits().size())
                    .reversed());

    /** What it goes by. */
    public Reference name() {
        return new Reference(resource.type(), resource.name());
    }
}
