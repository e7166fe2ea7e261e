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

    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> owed = new LinkedHashSet<>();
    private boolean owesAll;
    private Map<String, String> held = Map.of();

    private @Nullable Content underWay;
    private ResourceSet underWayBase = ResourceSet.EMPTY;
    private ResourceSet acknowledged = ResourceSet.EMPTY;

    private final Map<String, Refusal> refused = new HashMap<>(0);

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
        subscription = step.next();
        owed.addAll(step.owed());
        owesAll |= step.owesAll();
        if (!step.held().isEmpty()) {
            held = step.held();
        }
        switch (step.reply()) {
            case Subscription.Reply.None _ -> {}
            case Subscription.Reply.Ack _ -> {
                acknowledged = underWayBase;
                answered();
            }
            case Subscription.Reply.Nack(String message) -> {
                noteRefused(message);
                answered();
            }
            case Subscription.Reply.Echo _ -> answered();
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
        if (subscription.awaiting() || (!owesAll && owed.isEmpty() && changed.isEmpty())) {
            return Optional.empty();
        }
        Optional<Content> content = switch (variant) {
            case SOTW -> type.isWhole() ? whole(current) : parts(current);
            case DELTA -> delta(current);
        };
        base = current;
        changed.clear();
        owesAll = false;
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
        underWayBase = base;
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
        awaiting.forEach(Convergence::done);
        awaiting.clear();
    }

    /** The refusal falls on the new resources that the message names, or where it names none on all that were new. */
    private void noteRefused(String message) {
        List<Resource> suspects = new ArrayList<>();
        for (Resource resource :
                Objects.requireNonNull(underWay, "a refusal answers a response").resources()) {
            if (!resource.equals(acknowledged.get(resource.name()))) {
                suspects.add(resource);
            }
        }
        List<Resource> named = suspects.stream()
                .filter(resource -> message.contains(resource.name()))
                .toList();
        for (Resource resource : named.isEmpty() ? suspects : named) {
            @Nullable Refusal earlier = refused.get(resource.name());
            @Nullable Resource kept = earlier == null ? acknowledged.get(resource.name()) : earlier.kept();
            refused.put(resource.name(), new Refusal(resource.version(), kept));
        }
    }

    /** State of the world, all of the type: everything that is subscribed, if any of it is new. */
    private Optional<Content> whole(ResourceSet current) {
        refused.entrySet().removeIf(entry -> !isInForce(entry.getKey(), entry.getValue(), current));
        boolean due = owesAll || !owed.isEmpty() || changed.stream().anyMatch(name -> differs(name, current));
        owed.clear();
        return due ? Optional.of(content(current, subscribed(current), List.of())) : Optional.empty();
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
