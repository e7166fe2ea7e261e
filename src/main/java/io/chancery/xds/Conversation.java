package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one stream is owed of one type: decides what the next response says. Used by its partition's thread only.
 *
 * <p>One response is under way at a time; what changes meanwhile is noted by name and goes out together, in its latest
 * state, with the next. So a slow client costs memory for names only, and never sees an older state after a newer.
 */
final class Conversation {

    private final Variant variant;
    private final ServedType type;
    private final @Nullable ResourceType served;
    private final boolean whole;
    private final TypeMeters meters;
    private final Awaited awaited;
    private final Heartbeat heartbeat = new Heartbeat();

    private Subscription subscription;
    private boolean answered;

    /** Whether the client has ever been looked at in view of what is in force. */
    private boolean considered;

    private long lastSequence = -1;

    private final Possession possession = new Possession();
    private @Nullable EncodedResponse underWay;
    private final Debt debt = new Debt();

    /** The version of the whole type that the client has from another stream; empty once it has been looked at. */
    private String broughtVersion = "";

    private final Refusals refusals = new Refusals();

    /** By name, since when a change waits for another type's answer. */
    private Map<String, Long> waiting = Map.of();

    /** What the client turned out to have already, not yet passed on. */
    private List<Resource> brought = List.of();

    private String acknowledgedVersion = "";

    Conversation(Variant variant, ServedType type, TypeMeters meters, Awaited awaited) {
        this.variant = variant;
        this.meters = meters;
        this.type = type;
        this.served = type.type().orElse(null);
        this.whole = variant == Variant.SOTW && type.isWhole();
        this.awaited = awaited;
        this.subscription = Subscription.none(type.isSubscribedToWithoutNames(variant));
    }

    ServedType type() {
        return type;
    }

    TypeMeters meters() {
        return meters;
    }

    Subscription subscription() {
        return subscription;
    }

    Awaited awaited() {
        return awaited;
    }

    Heartbeat heartbeat() {
        return heartbeat;
    }

    /** Takes a request; what it leads to is owed from here on. */
    Subscription.Step request(ClientRequest request) {
        Subscription.Step step = subscription.after(request);
        if (isWhole() && !subscription.begun() && !request.version().isEmpty()) {
            possession.brings();
            broughtVersion = request.version();
        }
        noteCrossed(step.next());
        Set<String> forgotten = possession.forgottenBy(request, step, subscription);
        Optional<Set<String>> kept =
                step.owesAll() && !subscription.wildcard() ? Optional.of(subscription.names()) : Optional.empty();
        subscription = step.next();
        switch (step.reply()) {
            case Subscription.Reply.None _ -> {}
            case Subscription.Reply.Ack _ -> {
                possession.accept(Objects.requireNonNull(underWay, "an answer is to a response"));
                acknowledgedVersion = subscription.version();
                refusals.accepted();
                answered(Delivery.Answer.ACKNOWLEDGED);
            }
            case Subscription.Reply.Nack(String message) -> {
                takeRefusal(message);
                debt.changed(possession.refuse());
                answered(Delivery.Answer.REFUSED);
            }
            case Subscription.Reply.Echo _ -> {
                debt.changed(possession.refuse());
                answered(Delivery.Answer.GONE);
            }
        }
        possession.forget(forgotten, lastSequence);
        kept.ifPresent(possession::keepOnly);
        ask(step);
        return step;
    }

    private void noteCrossed(Subscription next) {
        if (underWay != null && variant == Variant.DELTA && !next.wildcard()) {
            for (Resource resource : underWay.content().resources()) {
                if (!next.wants(resource.name())) {
                    possession.doubt(resource.name(), lastSequence);
                }
            }
        }
    }

    private void ask(Subscription.Step step) {
        debt.ask(step);
        refusals.release(step.owed());
        if (step.owesAll()) {
            refusals.releaseAll();
        }
        step.held().keySet().forEach(name -> possession.doubt(name, lastSequence));
    }

    /** Notes that a resource that this conversation may be about has changed. */
    void changed(String name) {
        debt.changed(name);
    }

    /** Notes that the client must be told of a resource again, though it has not changed. */
    void owe(String name) {
        if (subscription.wants(name)) {
            debt.owe(name);
        }
    }

    /** The same of all under names that begin so: those that the client asked for, and those that it has. */
    void oweUnder(String prefix) {
        debt.owe(possession.namesUnder(prefix, subscription));
    }

    /** Notes that the client may keep what it has under these names, though from now on it is told nothing of them. */
    void leaves(Predicate<String> names) {
        possession.leave(names, subscription, lastSequence);
        debt.gaveUp(names);
    }

    /** Notes that names that begin so are in scope from now on: whatever the client had of them it has given up. */
    void begins(String prefix) {
        List<String> names = possession.namesUnder(prefix, subscription);
        possession.forget(names, lastSequence);
        debt.owe(names);
        if (subscription.wildcard()) {
            debt.oweUnder(prefix);
        }
    }

    /** Notes that another set is in force for this client than the one that it was answered from. */
    void moved(ResourceSet to) {
        if (considered) {
            debt.changed(possession.offered().set().namesThatDiffer(to));
        }
    }

    /** Returns once what the client turned out to have already. */
    List<Resource> takeBrought() {
        List<Resource> taken = brought;
        brought = List.of();
        return taken;
    }

    /** Whether something is to be considered for sending, once the client has answered. */
    boolean isDue() {
        return debt.isDue();
    }

    /**
     * Returns what is to be sent now, if anything. The caller must send it and then call {@link #sent}.
     *
     * @param current the resources of this type that are in force
     */
    Optional<Content> next(ResourceSet current, Terms terms) {
        if (subscription.awaiting() || !isDue()) {
            return Optional.empty();
        }
        List<Resource> everything = lookAtBroughtVersion(current);
        Selection selection = new Selection(this, current, terms);
        Optional<Content> content = selection.select();
        refusals.settle(current);
        possession.offer(selection.result());
        brought = everything;
        if (!selection.brought().isEmpty()) {
            takeIn(selection.brought());
        }
        if (content.isEmpty()) {
            possession.accept();
        }
        waiting = selection.waiting();
        debt.settle(waiting.keySet(), selection.left());
        considered = true;
        awaited.selected(content.isPresent(), waitingSince().isPresent());
        return content;
    }

    private void takeIn(Map<String, Resource> found) {
        possession.has(found);
        brought = Stream.concat(brought.stream(), found.values().stream()).toList();
    }

    /**
     * A version names content, so a client that comes back for everything, with the version that is in force, has it all
     * and is sent nothing: after a restart of the server thousands come back at once. Returns what it has then.
     */
    private List<Resource> lookAtBroughtVersion(ResourceSet current) {
        boolean hasAll = subscription.wildcard() && debt.hasAll() && broughtVersion.equals(current.version());
        broughtVersion = "";
        if (!hasAll) {
            return List.of();
        }
        possession.hasAll(current);
        acknowledgedVersion = current.version();
        debt.remit();
        return current.all();
    }

    /** What the client has that it will drop unless it hears of it again. Envoy takes no such word of virtual hosts. */
    List<Resource> expiring() {
        return isOf(ResourceType.VIRTUAL_HOST) ? List.of() : possession.expiring(subscription);
    }

    /**
     * Returns a response that changes nothing and keeps what the client has alive. The caller must send it and then call
     * {@link #sent}; no other may be under way.
     *
     * <p>In state of the world it has the version that the client has, and the resources in full: of a whole type what is
     * absent would be deleted, and Envoy lets expire what comes without a body, though the protocol has that too.
     */
    Content keptAlive(List<Resource> expiring) {
        possession.offerAgain();
        return switch (variant) {
            case DELTA -> new Content(variant, type, Content.Form.HEARTBEAT, acknowledgedVersion, expiring, List.of());
            case SOTW ->
                new Content(
                        variant,
                        type,
                        Content.Form.WITH_TTL,
                        acknowledgedVersion,
                        isWhole() ? sorted(possession.acceptedBy(subscription)) : expiring,
                        List.of());
        };
    }

    private static List<Resource> sorted(List<Resource> resources) {
        return resources.stream().sorted(Comparator.comparing(Resource::name)).toList();
    }

    /** The conditions under which a conversation's next response is chosen. */
    record Terms(Gate gate, Predicate<String> scope, Content.Form form, long nowNanos, long graceNanos) {}

    /** When the first of the changes that wait has waited long enough; empty if none waits. */
    Optional<Long> waitingSince() {
        return waiting.isEmpty()
                ? Optional.empty()
                : waiting.values().stream()
                        .filter(since -> since != Selection.UNTIL_SOMETHING_CHANGES)
                        .min(Long::compare);
    }

    /** The place of the last nonce of this type on this stream; a later response must have a later one. */
    long lastSequence() {
        return lastSequence;
    }

    void sent(EncodedResponse response) {
        lastSequence = response.sequence();
        subscription = subscription.sent(response.nonce(), response.content().version());
        underWay = response;
        answered = true;
    }

    void closed() {
        awaited.closed();
    }

    private void answered(Delivery.Answer answer) {
        underWay = null;
        possession.forgetDoubts(subscription);
        awaited.answered(answer);
    }

    /**
     * What else the response said than what is blamed is looked at once more, so that one bad resource holds back no other; as
     * each refusal takes at least one resource out, or all of them, this ends. A client of which is not known what it has is
     * left alone until something changes: to leave a resource out could delete a good version of it.
     */
    private void takeRefusal(String message) {
        Content response =
                Objects.requireNonNull(underWay, "a refusal answers a response").content();
        List<Resource> suspects = response.resources().stream()
                .filter(resource -> !possession.accepted().equal(resource.name(), resource))
                .toList();
        List<Resource> blamed =
                refusals.note(response, suspects, message, awaited.nanoTime()).blamed();
        if (!possession.accepted().certain()) {
            return;
        }
        refusals.holdBack(blamed);
        if (isWhole()) {
            if (!blamed.isEmpty()) {
                debt.recheck();
            }
        } else if (!response.resources().isEmpty()) {
            // One that removes and does nothing else is not repeated: there are Envoys that refuse that.
            suspects.forEach(resource -> debt.changed(resource.name()));
            debt.changed(response.removed());
        }
    }

    /** How the type stands, as the client's last answer left it. */
    StreamStatus.State state() {
        if (!answered) {
            return acknowledgedVersion.isEmpty() ? StreamStatus.State.NOT_SENT : StreamStatus.State.SYNCED;
        }
        if (subscription.awaiting()) {
            return StreamStatus.State.STALE;
        }
        return refusals.isLastAnswer() ? StreamStatus.State.ERROR : StreamStatus.State.SYNCED;
    }

    /** The version of the type that the client accepted last; empty if it has accepted none. */
    String acknowledgedVersion() {
        return acknowledgedVersion;
    }

    Refusals refusals() {
        return refusals;
    }

    boolean isWhole() {
        return whole;
    }

    Variant variant() {
        return variant;
    }

    boolean hasAnswered() {
        return answered;
    }

    Possession possession() {
        return possession;
    }

    Optional<EncodedResponse> underWay() {
        return Optional.ofNullable(underWay);
    }

    Debt debt() {
        return debt;
    }

    long waitingSince(String name, long nowNanos) {
        return waiting.getOrDefault(name, nowNanos);
    }

    /** What the client has accepted, by its own names. */
    List<Resource> holds() {
        return possession.acceptedBy(subscription);
    }

    /** What the client has accepted, or may accept, that names another resource. */
    Stream<Resource> naming(Reference reference) {
        return possession.naming(reference, subscription);
    }

    boolean isOf(ResourceType other) {
        return served == other;
    }
}
