package io.chancery.xds;

import io.chancery.model.ResourceName;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/**
 * One request of a client for one type, of either variant.
 *
 * @param nonce of the response that this answers; empty if none
 * @param version what the client says it has accepted; empty for delta
 * @param refusal why the client refused that response, if it did: the presence of {@code error_detail}, nothing else
 * @param interest what the client wants from here on
 */
record ClientRequest(String nonce, String version, Optional<String> refusal, Interest interest) {

    private static final SequencedSet<String> NO_NAMES = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(0));

    sealed interface Interest {

        /** What the client wanted by its last request that counted. */
        record AsBefore() implements Interest {}

        /**
         * All names that are wanted.
         *
         * @param fingerprint of the words in which they came
         */
        record Exactly(SequencedSet<String> names, long fingerprint) implements Interest {}

        /**
         * Names that are wanted in addition, and names that no longer are.
         *
         * @param held versions by name that the client has from an earlier stream; counts in the first request only
         */
        record Change(SequencedSet<String> subscribe, SequencedSet<String> unsubscribe, Map<String, String> held)
                implements Interest {}

        Interest AS_BEFORE = new AsBefore();
        Interest NO_CHANGE = new Change(NO_NAMES, NO_NAMES, Map.of());
    }

    /** @param fingerprint of the words in which the request says what is wanted */
    static ClientRequest of(DiscoveryRequest request, long fingerprint) {
        return new ClientRequest(
                request.getResponseNonce(),
                request.getVersionInfo(),
                request.hasErrorDetail()
                        ? Optional.of(Texts.reason(request.getErrorDetail().getMessage()))
                        : Optional.empty(),
                new Interest.Exactly(distinct(request.getResourceNamesList()), fingerprint));
    }

    static ClientRequest of(DeltaDiscoveryRequest request) {
        return new ClientRequest(
                request.getResponseNonce(),
                "",
                request.hasErrorDetail()
                        ? Optional.of(Texts.reason(request.getErrorDetail().getMessage()))
                        : Optional.empty(),
                new Interest.Change(
                        distinct(request.getResourceNamesSubscribeList()),
                        distinct(request.getResourceNamesUnsubscribeList()),
                        request.getInitialResourceVersionsMap().isEmpty()
                                ? Map.of()
                                : new HashMap<>(request.getInitialResourceVersionsMap())));
    }

    private static SequencedSet<String> distinct(List<String> names) {
        LinkedHashSet<String> distinct = LinkedHashSet.newLinkedHashSet(names.size());
        names.forEach(name -> distinct.add(ResourceName.canonical(name)));
        return distinct;
    }
}
