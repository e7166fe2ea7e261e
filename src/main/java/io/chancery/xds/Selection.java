package io.chancery.xds;

import io.chancery.model.GlobName;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Chooses what one response says, from what a conversation owes and what is in force. Used once. */
final class Selection {

    /** Below gRPC's default limit of 4 MiB for one message, with room for the frame. */
    private static final int MAX_DELTA_BYTES = 3_500_000;

    /** Says of a waiting change that no time will let it through. */
    static final long UNTIL_SOMETHING_CHANGES = Long.MAX_VALUE;

    private final Conversation conversation;
    private final Debt debt;
    private final Subscription subscription;
    private final Holding accepted;
    private final ResourceSet current;
    private final Conversation.Terms terms;

    /** What the client will have instead of what is in force. */
    private final Map<String, Optional<Resource>> but;

    /*
     * A change visits thousands of conversations, and most selections choose one resource: what stays empty is not made.
     */
    private Map<String, Long> waiting = Map.of();

    /** What the client brought from another stream and is in force. */
    private Map<String, Resource> brought = Map.of();

    private Set<String> left = Set.of();

    /** To be sent, and to be named as gone, by name. */
    private SortedMap<String, Resource> sends = Collections.emptySortedMap();

    private Set<String> removes = Set.of();

    Selection(Conversation conversation, ResourceSet current, Conversation.Terms terms) {
        this.conversation = conversation;
        this.debt = conversation.debt();
        this.subscription = conversation.subscription();
        this.accepted = conversation.possession().accepted();
        this.current = current;
        this.terms = terms;
        this.but = accepted.but().isEmpty() ? new HashMap<>(0) : new HashMap<>(accepted.but());
    }

    Optional<Content> select() {
        if (conversation.isWhole()) {
            return whole();
        }
        return switch (conversation.variant()) {
            case SOTW -> parts();
            case DELTA -> delta();
        };
    }

    /** What the client has once it has accepted what was selected. */
    Holding result() {
        return Holding.of(current, but);
    }

    Map<String, Resource> brought() {
        return brought;
    }

    /** Names whose change waits for another type's answer, and since when. */
    Map<String, Long> waiting() {
        return waiting;
    }

    /** Names that are still to be answered, as the response was full. */
    Set<String> left() {
        return left;
    }

    /** State of the world, all of the type: everything that is subscribed, if any of it is new. */
    private Optional<Content> whole() {
        boolean asked = debt.hasAll() || !debt.names().isEmpty();
        consider(names(asked || debt.isRecheck()));
        boolean due = asked || !sends.isEmpty() || !removes.isEmpty();
        if (!due || (debt.isRecheck() && !accepted.certain())) {
            return Optional.empty();
        }
        if (but.isEmpty() && subscription.wildcard()) {
            return Optional.of(content(current.version(), current.all(), List.of()));
        }
        TreeMap<String, Resource> all = new TreeMap<>();
        wanted().forEach(resource -> all.put(resource.name(), resource));
        but.forEach((name, instead) -> {
            if (instead.isPresent()) {
                all.put(name, instead.get());
            } else {
                all.remove(name);
            }
        });
        // Of what is sent, not of all there is: a client that comes back with the version of everything has everything.
        return Optional.of(content(ResourceSet.versionOf(all.values()), List.copyOf(all.values()), List.of()));
    }

    private List<Resource> wanted() {
        if (subscription.wildcard()) {
            return current.all();
        }
        List<Resource> resources = new ArrayList<>();
        for (String name : subscription.names()) {
            @Nullable Resource resource = current.get(name);
            if (resource != null) {
                resources.add(resource);
            } else if (GlobName.is(name)) {
                resources.addAll(current.membersOf(name));
            }
        }
        return resources;
    }

    /** State of the world, parts of the type: what is new or newly asked for, and exists. */
    private Optional<Content> parts() {
        consider(names(debt.hasAll()));
        return sends.isEmpty()
                ? Optional.empty()
                : Optional.of(content(current.version(), List.copyOf(sends.values()), List.of()));
    }

    private Optional<Content> delta() {
        // Envoy's start waits for the first answer to a wildcard, also where there is nothing.
        boolean answersAnyway =
                debt.hasAll() && !conversation.hasAnswered() && debt.held().isEmpty();
        consider(names(debt.hasAll()));
        int bytes = 0;
        List<Resource> resources = new ArrayList<>(sends.size());
        for (Resource resource : sends.values()) {
            if (bytes > MAX_DELTA_BYTES) {
                leave(resource.name());
            } else {
                resources.add(resource);
                bytes += EncodedResponse.sizeOf(resource);
            }
        }
        List<String> removed = new ArrayList<>(removes.size());
        for (String name : removes) {
            if (bytes > MAX_DELTA_BYTES) {
                leave(name);
            } else {
                removed.add(name);
                bytes += 3 * name.length();
            }
        }
        return resources.isEmpty() && removed.isEmpty() && !answersAnyway
                ? Optional.empty()
                : Optional.of(content(current.version(), resources, removed));
    }

    private void leave(String name) {
        if (left.isEmpty()) {
            left = new LinkedHashSet<>();
        }
        left.add(name);
        but.put(name, Optional.ofNullable(accepted.get(name)));
    }

    /** The names to look at. */
    private Collection<String> names(boolean everything) {
        if (!everything && debt.names().isEmpty() && debt.prefixes().isEmpty()) {
            return debt.changed();
        }
        Set<String> names = new LinkedHashSet<>();
        for (String name : debt.names()) {
            if (GlobName.is(name)) {
                addMembers(name, names);
            } else {
                names.add(name);
            }
        }
        for (String prefix : debt.prefixes()) {
            current.under(prefix).forEach(resource -> names.add(resource.name()));
            conversation.possession().doubtfulNames().stream()
                    .filter(name -> name.startsWith(prefix))
                    .forEach(names::add);
        }
        names.addAll(debt.changed());
        if (everything) {
            current.all().forEach(resource -> names.add(resource.name()));
            names.addAll(conversation.possession().doubtfulNames());
            names.addAll(debt.held().keySet());
            if (debt.isRecheck()) {
                accepted.set().all().forEach(resource -> names.add(resource.name()));
                names.addAll(accepted.but().keySet());
            }
        }
        return names;
    }

    /** A collection that has no members is answered by its own name. */
    private void addMembers(String glob, Set<String> names) {
        List<Resource> members = current.membersOf(glob);
        members.forEach(member -> names.add(member.name()));
        Optional<String> collection = Optional.of(glob);
        Stream.concat(debt.held().keySet().stream(), conversation.possession().doubtfulNames().stream())
                .filter(name -> GlobName.of(name).equals(collection))
                .forEach(names::add);
        if (members.isEmpty()) {
            remove(glob);
        }
    }

    private void consider(Collection<String> names) {
        for (String name : names) {
            consider(name);
        }
    }

    private void consider(String name) {
        if (!isWanted(name)) {
            but.remove(name);
            return;
        }
        @Nullable Resource to = current.get(name);
        @Nullable Resource from = accepted.get(name);
        boolean asked = debt.has(name);
        if (isHeld(name, to)) {
            but.remove(name);
            if (to != null) {
                if (brought.isEmpty()) {
                    brought = new HashMap<>();
                }
                brought.put(name, to);
            }
        } else if (!asked && hasAlready(name, to)) {
            but.remove(name);
        } else if (from != null && accepted.certain() && current.isWithheld(name, from.version())) {
            but.put(name, Optional.of(from));
        } else if (!asked && to != null && conversation.refusals().isHeldBack(name, to)) {
            but.put(name, Optional.ofNullable(from));
        } else if (passes(name, to, from)) {
            but.remove(name);
            send(name, to);
        } else {
            but.put(name, Optional.ofNullable(from));
        }
    }

    private boolean hasAlready(String name, @Nullable Resource to) {
        return accepted.certain() && (to == null ? !conversation.possession().mayHave(name) : accepted.equal(name, to));
    }

    /** An alias that only the wildcard covers is answered under the resource's own name. */
    private boolean isWanted(String name) {
        if (subscription.names().contains(name)
                || GlobName.of(name).filter(subscription.names()::contains).isPresent()) {
            return true;
        }
        if (!subscription.wildcard() || !terms.scope().test(name)) {
            return false;
        }
        @Nullable Resource to = current.get(name);
        @Nullable Resource from = accepted.get(name);
        return (to == null || to.name().equals(name))
                && (from == null || from.name().equals(name));
    }

    /** Also of what changed: the first stream after a start has everything compiled, which is news to all but this client. */
    private boolean isHeld(String name, @Nullable Resource to) {
        @Nullable String version = debt.held().get(name);
        return version != null && ((to != null && to.version().equals(version)) || current.isWithheld(name, version));
    }

    private boolean passes(String name, @Nullable Resource to, @Nullable Resource from) {
        if (!accepted.certain()) {
            return true;
        }
        Gate.Verdict verdict = terms.gate().judge(name, to, from);
        long since = conversation.waitingSince(name, terms.nowNanos());
        return switch (verdict) {
            case GO -> true;
            case WAIT -> {
                long start = since == UNTIL_SOMETHING_CHANGES ? terms.nowNanos() : since;
                boolean overdue = terms.nowNanos() - start >= terms.graceNanos();
                if (!overdue) {
                    await(name, start);
                }
                yield overdue;
            }
            case STAY -> {
                await(name, UNTIL_SOMETHING_CHANGES);
                yield false;
            }
        };
    }

    private void send(String name, @Nullable Resource to) {
        if (to != null) {
            put(to.name(), to);
        } else if (conversation.variant() == Variant.DELTA
                && conversation.isOf(ResourceType.VIRTUAL_HOST)
                && debt.names().contains(name)) {
            // Envoy holds a request until it hears of its host; that there is none is said by a resource without a
            // body.
            put(name, Resource.unknownHost(name));
        } else {
            remove(name);
        }
    }

    private void put(String name, Resource resource) {
        if (sends.isEmpty()) {
            sends = new TreeMap<>();
        }
        sends.put(name, resource);
    }

    private void remove(String name) {
        if (removes.isEmpty()) {
            removes = new TreeSet<>();
        }
        removes.add(name);
    }

    private void await(String name, long since) {
        if (waiting.isEmpty()) {
            waiting = new HashMap<>();
        }
        waiting.put(name, since);
    }

    private Content content(String version, List<Resource> resources, List<String> removed) {
        return new Content(conversation.variant(), conversation.type(), terms.form(), version, resources, removed);
    }
}
