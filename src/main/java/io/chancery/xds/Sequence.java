package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Make before break, for one client on an aggregated stream: a route that names a new cluster waits until the client has
 * accepted the cluster and its endpoints, and a cluster goes only when no route or listener that the client has names it
 * any longer. Pure: everything it judges by comes from {@link Sides}.
 *
 * <p>What is not on this stream, or not subscribed to, is waited for by nobody; and what the operator himself left
 * dangling (the content in force names what is not there) goes through.
 *
 * <p>Source: <a
 * href="https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol#eventual-consistency-considerations">xDS
 * protocol, eventual consistency considerations</a>.
 */
final class Sequence {

    /** What names the clusters that requests go to. */
    private static final ResourceType[] ROUTING = {ResourceType.LISTENER, ResourceType.ROUTE, ResourceType.VIRTUAL_HOST
    };

    /** One type as this client has it. */
    interface Side {

        boolean wants(String name);

        /** Whether the client wants what it names and nothing else. */
        boolean isByName();

        /** All that the client has accepted. */
        Stream<Resource> accepted();

        /** What the client accepted last under the name. */
        @Nullable
        Resource accepted(String name);

        /** What is in force under the name. */
        @Nullable
        Resource inForce(String name);

        /** Whether the client refused what is in force under the name. */
        boolean refused(String name);

        /** What the client accepted, or has been sent and may accept, that names the other resource. */
        Stream<Resource> naming(Reference reference);
    }

    interface Sides {

        /** Finds the side of a type; empty where the client has not asked for it on this stream. */
        Optional<? extends Side> of(ResourceType type);

        /** Whether anything in force of the type names the other resource, whether or not the client has it. */
        boolean isNamed(ResourceType by, Reference other);
    }

    private final Sides sides;

    Sequence(Sides sides) {
        this.sides = sides;
    }

    /** The gate for resources of one type. */
    Gate gate(ResourceType type) {
        return switch (type) {
            case LISTENER, ROUTE, VIRTUAL_HOST -> (_, to, from) -> to == null ? Gate.Verdict.GO : make(to, from);
            case CLUSTER ->
                (name, to, _) -> to == null ? dissolve(new Reference(type, name), Dangling.GOES) : Gate.Verdict.GO;
            case ENDPOINT ->
                (name, to, from) -> to == null
                        ? free(new Reference(type, name), ResourceType.CLUSTER, Dangling.GOES)
                        : keep(to, from);
            // Envoy answers with 500 from the moment in which a filter's configuration goes.
            case EXTENSION_CONFIG ->
                (name, to, _) -> to == null
                        ? free(new Reference(type, name), ResourceType.LISTENER, Dangling.STAYS)
                        : Gate.Verdict.GO;
            case LOCALITY_ENDPOINT, SCOPED_ROUTE, SECRET, RUNTIME -> Gate.OPEN;
        };
    }

    /** What becomes of a resource that is gone, where the content in force still names it. */
    private enum Dangling {
        GOES,
        STAYS
    }

    /** A resource may come once the clusters that it newly names are there. */
    private Gate.Verdict make(Resource to, @Nullable Resource from) {
        Optional<? extends Side> clusters = sides.of(ResourceType.CLUSTER);
        if (clusters.isEmpty()) {
            return Gate.Verdict.GO;
        }
        Gate.Verdict verdict = Gate.Verdict.GO;
        for (Reference reference : to.references()) {
            boolean isNew = from == null || !from.references().contains(reference);
            if (isNew && reference.type() == ResourceType.ENDPOINT && !isPartThere(reference)) {
                verdict = Gate.Verdict.WAIT;
            }
            if (isNew && reference.type() == ResourceType.CLUSTER && !isThere(clusters.get(), reference.name())) {
                // Without the cluster the new routes fail; the old ones go on working, if there are any.
                verdict = from != null && clusters.get().refused(reference.name())
                        ? Gate.Verdict.STAY
                        : Gate.Verdict.WAIT;
                if (verdict == Gate.Verdict.STAY) {
                    return verdict;
                }
            }
        }
        return verdict;
    }

    /** Whether the client has a part of an assignment, or will not have it for all waiting. */
    private boolean isPartThere(Reference reference) {
        Optional<? extends Side> endpoints = sides.of(ResourceType.ENDPOINT);
        if (endpoints.isEmpty() || !endpoints.get().wants(reference.name())) {
            return true;
        }
        @Nullable Resource next = endpoints.get().inForce(reference.name());
        @Nullable Resource has = endpoints.get().accepted(reference.name());
        return next == null
                || !next.parts().contains(reference.part())
                || (has != null && has.parts().contains(reference.part()));
    }

    /** A part may go once no route that the client has names it; what is new in an assignment waits with it, but not for ever. */
    private Gate.Verdict keep(Resource to, @Nullable Resource from) {
        if (from == null || to.parts().containsAll(from.parts())) {
            return Gate.Verdict.GO;
        }
        for (String part : from.parts()) {
            Reference gone = new Reference(to.type(), to.name(), part);
            if (!to.parts().contains(part)
                    && Stream.of(ResourceType.ROUTE, ResourceType.VIRTUAL_HOST)
                            .anyMatch(type -> free(gone, type, Dangling.GOES) != Gate.Verdict.GO)) {
                return Gate.Verdict.WAIT;
            }
        }
        return Gate.Verdict.GO;
    }

    private boolean isThere(Side clusters, String name) {
        if (!clusters.wants(name) || clusters.inForce(name) == null) {
            return true;
        }
        @Nullable Resource cluster = clusters.accepted(name);
        if (cluster == null) {
            return false;
        }
        Optional<? extends Side> endpoints = sides.of(ResourceType.ENDPOINT);
        return cluster.references().stream()
                .filter(reference -> reference.type() == ResourceType.ENDPOINT)
                .allMatch(reference -> endpoints
                        .filter(side -> side.wants(reference.name()))
                        .map(side -> side.accepted(reference.name()))
                        .isPresent());
    }

    /** A cluster may go once nothing that routes to it is left, and what took its place is there. */
    private Gate.Verdict dissolve(Reference cluster, Dangling dangling) {
        Gate.Verdict verdict = isSuccessorUnderWay() ? Gate.Verdict.WAIT : Gate.Verdict.GO;
        for (ResourceType type : ROUTING) {
            Gate.Verdict one = free(cluster, type, dangling);
            verdict = one.compareTo(verdict) > 0 ? one : verdict;
        }
        return verdict;
    }

    /**
     * A gRPC client accepts routes before it has asked for the clusters that they name, and goes on with the old routes
     * and clusters until it has the new ones, endpoints included. It asks only for those of the virtual host that it
     * uses, so this wait may well end by the grace time.
     */
    private boolean isSuccessorUnderWay() {
        Optional<? extends Side> clusters = sides.of(ResourceType.CLUSTER);
        return clusters.isPresent()
                && clusters.get().isByName()
                && Stream.of(ROUTING)
                        .flatMap(type -> sides.of(type).stream())
                        .flatMap(Side::accepted)
                        .flatMap(resource -> resource.references().stream())
                        .filter(reference -> reference.type() == ResourceType.CLUSTER)
                        .map(Reference::name)
                        .anyMatch(name -> clusters.get().inForce(name) != null
                                && (!clusters.get().wants(name) || !isThere(clusters.get(), name)));
    }

    /** A resource may go once no resource of the other type names it that is itself about to be replaced. */
    private Gate.Verdict free(Reference gone, ResourceType by, Dangling dangling) {
        Optional<? extends Side> side = sides.of(by);
        if (side.isEmpty()) {
            // The client may have the other type from another stream.
            return dangling == Dangling.STAYS && sides.isNamed(by, gone) ? Gate.Verdict.STAY : Gate.Verdict.GO;
        }
        return side.get()
                .naming(gone)
                .map(holder -> leave(holder, side.get(), dangling))
                .reduce(Gate.Verdict.GO, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }

    private Gate.Verdict leave(Resource holder, Side side, Dangling dangling) {
        @Nullable Resource next = side.inForce(holder.name());
        if (holder.equals(next)) {
            return dangling == Dangling.STAYS ? Gate.Verdict.STAY : Gate.Verdict.GO;
        }
        boolean replacementStays =
                side.refused(holder.name()) || (next != null && make(next, holder) == Gate.Verdict.STAY);
        return replacementStays ? Gate.Verdict.STAY : Gate.Verdict.WAIT;
    }
}
