package io.chancery.xds;

import com.google.rpc.Status;
import io.chancery.model.ResourceType;
import io.chancery.xds.ClientRequest.Interest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/** Requests as values and as bytes. */
final class TestingRequests {

    private TestingRequests() {}

    static Interest exactly(Collection<String> names) {
        return new Interest.Exactly(
                new LinkedHashSet<>(names), List.copyOf(names).hashCode());
    }

    static Interest exactly(String... names) {
        return exactly(List.of(names));
    }

    /** The request as the server reads it from bytes, in view of what it knows the client to want. */
    static ClientRequest received(ResourceType type, ClientRequest sent, Subscription known) {
        try {
            return wire(type, sent).read(known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static WireRequest wire(ResourceType type, ClientRequest sent) throws IOException {
        return switch (sent.interest()) {
            case Interest.Exactly(var names, long _) -> {
                DiscoveryRequest.Builder message = DiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setResponseNonce(sent.nonce())
                        .setVersionInfo(sent.version())
                        .addAllResourceNames(names);
                sent.refusal()
                        .ifPresent(reason ->
                                message.setErrorDetail(Status.newBuilder().setMessage(reason)));
                yield new WireRequest(WireRequest.Form.SOTW, message.build().toByteArray());
            }
            case Interest.Change(var subscribe, var unsubscribe, var held) -> {
                DeltaDiscoveryRequest.Builder message = DeltaDiscoveryRequest.newBuilder()
                        .setTypeUrl(type.typeUrl())
                        .setResponseNonce(sent.nonce())
                        .addAllResourceNamesSubscribe(subscribe)
                        .addAllResourceNamesUnsubscribe(unsubscribe)
                        .putAllInitialResourceVersions(held);
                sent.refusal()
                        .ifPresent(reason ->
                                message.setErrorDetail(Status.newBuilder().setMessage(reason)));
                yield new WireRequest(WireRequest.Form.DELTA, message.build().toByteArray());
            }
            case Interest.AsBefore _ -> throw new IllegalArgumentException("nothing that a client can send");
        };
    }
}
