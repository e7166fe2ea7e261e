package io.chancery.xds;

import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one stream is owed of one type: decides what the next response says. Used by its partition's thread only.
 *
 * <p>One response is under way at a time; what changes meanwhile is noted by name and goes out together, in its latest
 * state, with the next. So a slow client costs memory for names only, and never sees an older state after a newer.
 */
final class Conversation {

    /** Below gRPC's default limit of 4 MiB for one message, with room for the frame. */
    private static final int MAX_DELTA_BYTES = 3_500_000;

    /** Updates for whose answer is waited at most; a client that is further behind no longer counts for the older ones. */
    private static final int MAX_CONVERGENCES = 64;

    private final Variant variant;
    private final ServedType type;

    private Subscription subscription;
    private boolean answered;
    private long lastSequence = -1;

    /** What the client has, were it not for {@link #changed}, {@link #owed}, {@link #owesAll} and {@link #refused}. */
    private ResourceSet base = ResourceSet.EMPTY;

    /**
     * Names in the response under way that the client gave up before it can have read it. Should it ask for everything
     * before it answers, it may hold them after all, and must be told if they are gone.
     */
    private final Set<String> crossed = new LinkedHashSet<>(0);

    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> owed = new LinkedHashSet<>();
    private boolean owesAll;
    private Map<String, String> held = Map.of();

    private @Nullable Content underWay;

    /**
     * What the client accepted last, where a response holds all of the type; empty while that is not known, as it came
     * from another stream.
     */
    private Optional<List<Resource>> accepted = Optional.of(List.of());

    private final Map<String, Refusal> refused = new HashMap<>(0);
    private boolean owesRest;

    private final List<Convergence> pending = new ArrayList<>(1);
    private final List<Convergence> awaiting = new ArrayList<>(1);

    /**
     * A version that the client refused.
     *
     * @param kept what it has instead, null for nothing
     */
    private record Refusal(String version, @Nullable Resource kept) {}

    Conversation(Variant variant, ServedType type) {
        this.variant = variant;
        this.type = type;
        this.subscription = Subscription.none(type.isWhole());
    }

    ServedType type() {
        return type;
    }

    Subscription subscription() {
        return subscription;
    }

    /** Takes a request; what it leads to is owed from here on. */
    Subscription.Step request(ClientRequest request) {
        Subscription.Step step = subscription.after(request);
        if (isWhole() && !subscription.begun() && !request.version().isEmpty()) {
            accepted = Optional.empty();
        }
        if (underWay != null && variant == Variant.DELTA && !step.next().wildcard()) {
            for (Resource resource : underWay.resources()) {
                if (!step.next().names().contains(resource.name())) {
                    crossed.add(resource.name());
                }
            }
        }
        subscription = step.next();
        switch (step.reply()) {
            case Subscription.Reply.None _ -> {}
            case Subscription.Reply.Ack _ -> {
                if (isWhole()) {
                    accepted = Optional.of(Objects.requireNonNull(underWay).resources());
                }
                answered();
            }
            case Subscription.Reply.Nack(String message) -> {
                noteRefused(message);
                answered();
            }
            case Subscription.Reply.Echo _ -> answered();
        }
        owed.addAll(step.owed());
        owed.removeIf(name -> !subscription.wants(name));
        owesAll = subscription.wildcard() && (owesAll || step.owesAll());
        if (!step.held().isEmpty()) {
            held = step.held();
        }
        return step;
    }

    /** Notes that a resource that this conversation may be about has changed. */
    void changed(String name) {
        changed.add(name);
    }

    /** Has an update wait for this conversation. */
    void await(Convergence convergence) {
        if (!pending.isEmpty() && pending.getLast().equals(convergence)) {
            return;
        }
        if (pending.size() == MAX_CONVERGENCES) {
            pending.removeFirst().done();
        }
        convergence.await();
        pending.add(convergence);
    }

    /**
     * Returns what is to be sent now, if anything. The caller must send it and then call {@link #sent}.
     *
     * @param current the resources of this type that are in force
     */
    Optional<Content> next(ResourceSet current) {
        if (subscription.awaiting() || (!owesAll && !owesRest && owed.isEmpty() && changed.isEmpty())) {
            return Optional.empty();
        }
        Optional<Content> content = switch (variant) {
            case SOTW -> type.isWhole() ? whole(current) : parts(current);
            case DELTA -> delta(current);
        };
        base = current;
        changed.clear();
        owesAll = false;
        owesRest = false;
        held = Map.of();
        if (content.isEmpty()) {
            pending.forEach(Convergence::done);
            pending.clear();
        }
        return content;
    }

    /** The place of the last nonce of this type on this stream; a later response must have a later one. */
    long lastSequence() {
        return lastSequence;
    }

    void sent(EncodedResponse response) {
        lastSequence = response.sequence();
        subscription = subscription.sent(response.nonce(), response.content().version());
        underWay = response.content();
        answered = true;
        awaiting.addAll(pending);
        pending.clear();
    }

    void closed() {
        pending.forEach(Convergence::done);
        awaiting.forEach(Convergence::done);
        pending.clear();
        awaiting.clear();
    }

    private void answered() {
        underWay = null;
        crossed.clear();
        awaiting.forEach(Convergence::done);
        awaiting.clear();
    }

    private boolean isWhole() {
        return variant == Variant.SOTW && type.isWhole();
    }

    /**
     * The refusal falls on the new resources that the message names, or where it names none on all that were new. What
     * else the response said is owed once more, so that one bad resource holds back no other; as each refusal takes at
     * least one resource out, this ends. A client of which is not known what it has is left alone until something changes:
     * to leave a resource out could delete a good version of it.
     */
    private void noteRefused(String message) {
        Content response = Objects.requireNonNull(underWay, "a refusal answers a response");
        if (accepted.isEmpty()) {
            return;
        }
        Map<String, Resource> had = new HashMap<>();
        accepted.get().forEach(resource -> had.put(resource.name(), resource));
        List<Resource> suspects = response.resources().stream()
                .filter(resource -> !resource.equals(had.get(resource.name())))
                .toList();
        List<Resource> named = suspects.stream()
                .filter(resource -> Texts.mentions(message, resource.name()))
                .toList();
        List<Resource> blamed = named.isEmpty() ? suspects : named;
        if (blamed.isEmpty()) {
            return;
        }
        if (isWhole()) {
            for (Resource resource : blamed) {
                refused.put(resource.name(), new Refusal(resource.version(), had.get(resource.name())));
            }
            owesRest = true;
        } else {
            suspects.forEach(resource -> owed.add(resource.name()));
            blamed.forEach(resource -> owed.remove(resource.name()));
            owed.addAll(response.removed());
        }
    }

    /** State of the world, all of the type: everything that is subscribed, if any of it is new. */
    private Optional<Content> whole(ResourceSet current) {
        refused.entrySet().removeIf(entry -> !isInForce(entry.getKey(), entry.getValue(), current));
        boolean due = owesAll || !owed.isEmpty() || changed.stream().anyMatch(name -> differs(name, current));
        owed.clear();
        List<Resource> resources = due || owesRest ? subscribed(current) : List.of();
        return due || (owesRest && !accepted.equals(Optional.of(resources)))
                ? Optional.of(content(current, resources, List.of()))
                : Optional.empty();
    }

    private static boolean isInForce(String name, Refusal refusal, ResourceSet current) {
        @Nullable Resource resource = current.get(name);
        return resource != null && resource.version().equals(refusal.version());
    }

    /** What was refused is left as the client has it, so that the rest can be accepted. */
    private List<Resource> subscribed(ResourceSet current) {
        if (subscription.wildcard() && refused.isEmpty()) {
            return current.all();
        }
        List<Resource> resources = new ArrayList<>();
        for (Resource resource : subscription.wildcard() ? current.all() : existing(subscription.names(), current)) {
            @Nullable Refusal refusal = refused.get(resource.name());
            @Nullable Resource chosen = refusal == null ? resource : refusal.kept();
            if (chosen != null) {
                resources.add(chosen);
            }
        }
        return resources;
    }

    /** State of the world, parts of the type: what is new or newly asked for, and exists. */
    private Optional<Content> parts(ResourceSet current) {
        SortedSet<String> names = new TreeSet<>(owed);
        owed.clear();
        addChanged(names, current);
        List<Resource> resources = owesAll ? current.all() : existing(names, current);
        return resources.isEmpty() ? Optional.empty() : Optional.of(content(current, resources, List.of()));
    }

    private Optional<Content> delta(ResourceSet current) {
        // Envoy's start waits for the first answer to a wildcard, also where there is nothing.
        boolean answersAnyway = owesAll && !answered && held.isEmpty();
        SortedSet<String> names = new TreeSet<>(owed);
        owed.clear();
        if (owesAll) {
            current.all().forEach(resource -> names.add(resource.name()));
            names.addAll(crossed);
            names.addAll(held.keySet());
        }
        addChanged(names, current);
        // Also of what changed: the first stream after a start has everything compiled, which is news to all but this
        // client.
        names.removeIf(name -> isHeld(name, current));
        List<Resource> resources = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        int bytes = 0;
        for (String name : names) {
            @Nullable Resource resource = current.get(name);
            if (bytes > MAX_DELTA_BYTES) {
                owed.add(name);
            } else if (resource == null) {
                removed.add(name);
                bytes += 3 * name.length();
            } else {
                resources.add(resource);
                bytes += EncodedResponse.sizeOf(resource);
            }
        }
        return resources.isEmpty() && removed.isEmpty() && !answersAnyway
                ? Optional.empty()
                : Optional.of(content(current, resources, removed));
    }

    private boolean isHeld(String name, ResourceSet current) {
        @Nullable Resource resource = current.get(name);
        return resource != null && resource.version().equals(held.get(name));
    }

    private void addChanged(Set<String> names, ResourceSet current) {
        for (String name : changed) {
            if (differs(name, current)) {
                names.add(name);
            }
        }
    }

    private boolean differs(String name, ResourceSet current) {
        return subscription.wants(name) && !Objects.equals(base.get(name), current.get(name));
    }

    private static List<Resource> existing(Collection<String> names, ResourceSet current) {
        List<Resource> resources = new ArrayList<>(names.size());
        for (String name : names) {
            @Nullable Resource resource = current.get(name);
            if (resource != null) {
                resources.add(resource);
            }
        }
        return resources;
    }

    private Content content(ResourceSet current, List<Resource> resources, List<String> removed) {
        return new Content(variant, type, current.version(), resources, removed);
    }
}
