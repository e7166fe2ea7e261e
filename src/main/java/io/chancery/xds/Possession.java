package io.chancery.xds;

import io.chancery.model.GlobName;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What a client has of one type, as far as this side can know. Used by one thread. */
final class Possession {

    /** What the client has accepted, and what it has if it accepts what is under way. */
    private Holding accepted = Holding.NOTHING;

    private Holding offered = Holding.NOTHING;

    /**
     * Names under which the client may have something that this side does not know: it brought it from another stream, or
     * gave it up while a response with it was under way, and may ask for it again. Certain again once it accepts a later
     * response than the one noted here, with an answer.
     */
    private final Map<String, Long> doubtful = new HashMap<>(0);

    Holding accepted() {
        return accepted;
    }

    Holding offered() {
        return offered;
    }

    Set<String> doubtfulNames() {
        return doubtful.keySet();
    }

    boolean mayHave(String name) {
        return accepted.get(name) != null || doubtful.containsKey(name);
    }

    /** The client comes from another stream with nobody knows what. */
    void brings() {
        accepted = Holding.UNKNOWN;
        offered = Holding.UNKNOWN;
    }

    /** The client turns out to have the whole of a set. */
    void hasAll(ResourceSet set) {
        accepted = Holding.of(set, Map.of());
    }

    /** The client turns out to have these, by name. */
    void has(Map<String, Resource> found) {
        accepted = accepted.with(found);
        doubtful.keySet().removeAll(found.keySet());
    }

    /** A response was chosen with which the client has this. */
    void offer(Holding next) {
        offered = next;
    }

    /** A response was chosen that repeats what the client has. */
    void offerAgain() {
        offered = accepted;
    }

    /** The client has what it was offered. */
    void accept() {
        accepted = offered;
    }

    /** The client accepted a response: what that said of names is certain. */
    void accept(EncodedResponse response) {
        accept();
        if (!doubtful.isEmpty()) {
            response.content().resources().forEach(resource -> noteCertain(resource.name(), response.sequence()));
            response.content().removed().forEach(name -> noteCertain(name, response.sequence()));
        }
    }

    private void noteCertain(String name, long sequence) {
        doubtful.computeIfPresent(name, (_, since) -> since < sequence ? null : since);
    }

    /** The client did not take what it was offered; returns the names that were left out of that. */
    Set<String> refuse() {
        Set<String> leftOut = offered.but().keySet();
        offered = accepted;
        return leftOut;
    }

    /** The client may have something under the name that came before the given place in the sequence, or was just sent. */
    void doubt(String name, long sequence) {
        doubtful.put(name, sequence);
    }

    /** Nobody asks for what is not wanted any longer. */
    void forgetDoubts(Subscription subscription) {
        if (!doubtful.isEmpty()) {
            doubtful.keySet().removeIf(name -> !subscription.wants(name));
        }
    }

    /** The client has just asked for these names, so it need not have what it had of them. */
    void forget(Collection<String> names, long sequence) {
        for (String name : names) {
            if (accepted.get(name) != null || offered.get(name) != null) {
                doubt(name, sequence);
            }
        }
        accepted = accepted.without(names);
        offered = offered.without(names);
    }

    /** The client has nothing but these. */
    void keepOnly(Set<String> names) {
        accepted = accepted.only(names);
        offered = offered.only(names);
    }

    /** The client may keep what it has under these names, though from now on it is told nothing of them. */
    void leave(Predicate<String> names, Subscription subscription, long sequence) {
        Stream.of(accepted, offered)
                .flatMap(holding -> namesIn(holding, subscription).stream().filter(name -> holding.get(name) != null))
                .filter(names)
                .forEach(name -> doubt(name, sequence));
    }

    /** The members of a collection that the client has, or may accept. */
    private Stream<Resource> membersOf(String glob) {
        return Stream.of(accepted, offered).flatMap(holding -> holding.membersOf(glob).stream());
    }

    /** Names that begin so: those that the client asked for, and those that it has, or may accept. */
    List<String> namesUnder(String prefix, Subscription subscription) {
        Stream<Holding> had = subscription.wildcard() ? Stream.of(accepted, offered) : Stream.empty();
        return Stream.concat(
                        subscription.names().stream(), had.flatMap(holding -> namesIn(holding, subscription).stream()))
                .filter(name -> name.startsWith(prefix))
                .distinct()
                .toList();
    }

    /** What the client has accepted, by its own names. */
    List<Resource> acceptedBy(Subscription subscription) {
        return resources(accepted, subscription);
    }

    /** What the client has accepted, or may accept, that names another resource. */
    Stream<Resource> naming(Reference reference, Subscription subscription) {
        return Stream.of(accepted, offered)
                .distinct()
                .filter(holding -> holding.mayName(reference))
                .flatMap(holding -> resources(holding, subscription).stream())
                .filter(resource -> resource.references().contains(reference));
    }

    /** What the client has that has a time to live. */
    List<Resource> expiring(Subscription subscription) {
        if (accepted.set().expiring().isEmpty() && accepted.but().isEmpty()) {
            return List.of();
        }
        return Stream.concat(
                        accepted.set().expiring().stream(),
                        accepted.but().values().stream().flatMap(Optional::stream))
                .distinct()
                .filter(resource -> resource.ttl().isPresent()
                        && subscription.wants(resource.name())
                        && accepted.equal(resource.name(), resource))
                .toList();
    }

    private static List<Resource> resources(Holding holding, Subscription subscription) {
        return namesIn(holding, subscription).stream()
                .map(holding::get)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .distinct()
                .toList();
    }

    /** The names under which the client has, or may soon have, something of a set. */
    private static Collection<String> namesIn(Holding holding, Subscription subscription) {
        if (subscription.wildcard()) {
            Set<String> names = new LinkedHashSet<>(holding.but().keySet());
            holding.set().all().forEach(resource -> names.add(resource.name()));
            return names;
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : subscription.names()) {
            if (GlobName.is(name)) {
                holding.membersOf(name).forEach(resource -> names.add(resource.name()));
            } else {
                names.add(name);
            }
        }
        return names;
    }

    /**
     * What a client asks for without having it: it did not want it before, or has just given it up.
     *
     * @param before the request
     */
    Set<String> forgottenBy(ClientRequest request, Subscription.Step step, Subscription before) {
        if (step.owed().isEmpty()) {
            return Set.of();
        }
        Set<String> given =
                request.interest() instanceof ClientRequest.Interest.Change change ? change.unsubscribe() : Set.of();
        Set<String> forgotten = new LinkedHashSet<>(step.owed());
        for (String name : step.owed()) {
            if (GlobName.is(name)) {
                membersOf(name).forEach(member -> forgotten.add(member.name()));
            }
        }
        forgotten.removeIf(name -> before.wants(name)
                && !given.contains(name)
                && GlobName.of(name).filter(given::contains).isEmpty());
        return forgotten;
    }
}
