package io.chancery.xds;

import io.chancery.model.GlobName;
import io.chancery.xds.ClientRequest.Interest;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What one client wants of one type on one stream, and which response it has yet to answer: the protocol's rules and
 * nothing else. A value; a request leads to the next value and to what is owed to the client.
 *
 * <p>Source: <a href="https://www.envoyproxy.io/docs/envoy/latest/api-docs/xds_protocol">xDS protocol</a>.
 *
 * @param whole whether a first request without names means everything (clusters, listeners, scopes)
 * @param begun whether a request for this type has come on this stream
 * @param wildcard whether the client wants everything
 * @param named whether the client ever gave a name, also {@code *}; from then on no names means nothing
 * @param names wanted by name, without {@code *}
 * @param fingerprint of the words in which the names came last, in state of the world
 * @param nonce of the last response sent, empty before the first
 * @param version of the last response sent, empty before the first
 * @param awaiting whether that response is unanswered
 */
record Subscription(
        boolean whole,
        boolean begun,
        boolean wildcard,
        boolean named,
        Set<String> names,
        long fingerprint,
        String nonce,
        String version,
        boolean awaiting) {

    static final String WILDCARD = "*";

    /** Nothing asked for yet. */
    static Subscription none(boolean whole) {
        return new Subscription(whole, false, false, false, Set.of(), 0, "", "", false);
    }

    /** How a request answers the last response. */
    sealed interface Reply {
        /** Not at all. */
        record None() implements Reply {}

        record Ack() implements Reply {}

        record Nack(String message) implements Reply {}

        /** It names the last response, refuses nothing, and says that an older version is in force. */
        record Echo() implements Reply {}
    }

    /**
     * What a request leads to.
     *
     * @param stale whether the request came before the last response was read; it then counts for nothing, as the
     *     client's wish comes again with its answer to that response
     * @param owed names to be answered even if they are unchanged
     * @param owesAll whether everything must be answered even if it is unchanged
     * @param held versions that the client has already; equal ones need no answer
     */
    record Step(
            Subscription next,
            boolean stale,
            Reply reply,
            Set<String> owed,
            boolean owesAll,
            Map<String, String> held) {}

    /** Returns what a request leads to. */
    Step after(ClientRequest request) {
        return switch (request.interest()) {
            case Interest.AsBefore _ -> isStale(request) ? stale() : asBefore(sotwReply(request));
            case Interest.Exactly exactly -> isStale(request) ? stale() : exactly(exactly, sotwReply(request));
            case Interest.Change change -> change(change, deltaReply(request));
        };
    }

    private boolean isStale(ClientRequest request) {
        return begun && !request.nonce().equals(nonce);
    }

    private Step stale() {
        return new Step(this, true, new Reply.None(), Set.of(), false, Map.of());
    }

    private Step asBefore(Reply reply) {
        Wish same = new Wish(wildcard, named, names, fingerprint);
        return new Step(with(same, reply), false, reply, Set.of(), false, Map.of());
    }

    /** Returns this subscription after a response was sent. */
    Subscription sent(String sentNonce, String sentVersion) {
        return new Subscription(whole, begun, wildcard, named, names, fingerprint, sentNonce, sentVersion, true);
    }

    boolean wants(String name) {
        return wildcard || names.contains(name) || isInCollection(name, names);
    }

    private static boolean isInCollection(String name, Set<String> names) {
        return GlobName.of(name).filter(names::contains).isPresent();
    }

    private Step exactly(Interest.Exactly interest, Reply reply) {
        Set<String> wanted = interest.names();
        boolean star = wanted.contains(WILDCARD);
        Set<String> next = new LinkedHashSet<>(wanted);
        next.remove(WILDCARD);
        boolean everything = star || (wanted.isEmpty() && !named && whole);
        Set<String> owed = new LinkedHashSet<>(next);
        owed.removeAll(names);
        return new Step(
                with(
                        new Wish(
                                everything,
                                named || !wanted.isEmpty(),
                                next.equals(names) ? names : next,
                                interest.fingerprint()),
                        reply),
                false,
                reply,
                owed,
                everything && !wildcard,
                Map.of());
    }

    private Step change(Interest.Change change, Reply reply) {
        Set<String> subscribe = change.subscribe();
        Set<String> unsubscribe = change.unsubscribe();
        boolean legacy = !begun && subscribe.isEmpty() && whole;
        boolean star = subscribe.contains(WILDCARD);
        boolean everything = star || legacy || (wildcard && !unsubscribe.contains(WILDCARD));

        Set<String> owed = new LinkedHashSet<>(subscribe);
        owed.remove(WILDCARD);
        Set<String> next = names;
        if (!owed.isEmpty() || !unsubscribe.isEmpty()) {
            next = new LinkedHashSet<>(names);
            next.removeAll(unsubscribe);
            next.addAll(subscribe);
            next.remove(WILDCARD);
            for (String name : unsubscribe) {
                // The client has forgotten the resource, though it is still covered: it must be told again.
                if (names.contains(name) && (everything || isInCollection(name, next))) {
                    owed.add(name);
                }
            }
        }
        return new Step(
                with(new Wish(everything, named || !subscribe.isEmpty(), next, fingerprint), reply),
                false,
                reply,
                owed,
                star || legacy,
                begun ? Map.of() : change.held());
    }

    /** What of a subscription a request can change. */
    private record Wish(boolean wildcard, boolean named, Set<String> names, long fingerprint) {}

    private Subscription with(Wish wish, Reply reply) {
        return new Subscription(
                whole,
                true,
                wish.wildcard(),
                wish.named(),
                Collections.unmodifiableSet(wish.names()),
                wish.fingerprint(),
                nonce,
                version,
                awaiting && reply instanceof Reply.None);
    }

    private Reply sotwReply(ClientRequest request) {
        if (!awaiting) {
            return new Reply.None();
        }
        Optional<Reply> refused = request.refusal().map(Reply.Nack::new);
        return refused.orElseGet(() -> request.version().equals(version) ? new Reply.Ack() : new Reply.Echo());
    }

    private Reply deltaReply(ClientRequest request) {
        if (!awaiting || !request.nonce().equals(nonce)) {
            return new Reply.None();
        }
        Optional<Reply> refused = request.refusal().map(Reply.Nack::new);
        return refused.orElseGet(Reply.Ack::new);
    }
}
