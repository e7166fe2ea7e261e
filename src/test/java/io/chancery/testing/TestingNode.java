package io.chancery.testing;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A client of one delta ADS stream that keeps what it was told: answers each response at once, with what it was told to say to
 * it.
 */
public final class TestingNode implements AutoCloseable {

    private final StreamObserver<DeltaDiscoveryRequest> requests;
    private Node node;
    private final Map<String, Map<String, Any>> has = new TreeMap<>();
    private final Map<String, Map<String, String>> versions = new TreeMap<>();
    private final List<DeltaDiscoveryResponse> received = new ArrayList<>();
    private final Deque<DeltaDiscoveryResponse> unanswered = new ArrayDeque<>();
    private Predicate<Any> refused = _ -> false;
    private String words = "";
    private boolean answers = true;
    private boolean open = true;

    private TestingNode(ManagedChannel channel, Node node) {
        this.node = node;
        this.requests = AggregatedDiscoveryServiceGrpc.newStub(channel).deltaAggregatedResources(new Inbox());
    }

    /** Opens a stream. */
    public static TestingNode connect(ManagedChannel channel, String id) {
        return new TestingNode(channel, Node.newBuilder().setId(id).build());
    }

    /** Opens a stream of a node that says more of itself than its id. */
    public static TestingNode connect(ManagedChannel channel, Node node) {
        return new TestingNode(channel, node);
    }

    /** From here on it refuses what has such a resource in it, in these words. */
    public synchronized TestingNode refusing(Predicate<Any> resource, String message) {
        refused = resource;
        words = message;
        return this;
    }

    /** From here on it leaves responses unanswered until {@link #answerAll}. */
    public synchronized TestingNode silent() {
        answers = false;
        return this;
    }

    /** Answers what it left unanswered, and from here on each response. */
    public synchronized void answerAll() {
        answers = true;
        while (!unanswered.isEmpty()) {
            answer(unanswered.removeFirst());
        }
    }

    /** Subscribes to names of a type, or where none is given to all. */
    public synchronized TestingNode ask(String typeUrl, String... names) {
        requests.onNext(DeltaDiscoveryRequest.newBuilder()
                .setNode(node)
                .setTypeUrl(typeUrl)
                .addAllResourceNamesSubscribe(List.of(names))
                .build());
        return this;
    }

    /** The same, by a client that has this already from another stream. */
    public synchronized TestingNode askHaving(String typeUrl, Map<String, String> known, String... names) {
        requests.onNext(DeltaDiscoveryRequest.newBuilder()
                .setNode(node)
                .setTypeUrl(typeUrl)
                .putAllInitialResourceVersions(known)
                .addAllResourceNamesSubscribe(List.of(names))
                .build());
        return this;
    }

    /** Says on the same stream that it is something else now, and nothing more. */
    public synchronized void describe(String typeUrl, Node next) {
        node = next;
        ask(typeUrl);
    }

    private final class Inbox implements StreamObserver<DeltaDiscoveryResponse> {

        @Override
        public void onNext(DeltaDiscoveryResponse response) {
            take(response);
        }

        @Override
        public void onError(Throwable thrown) {
            // the test sees by what it does not have
        }

        @Override
        public void onCompleted() {
            // likewise
        }
    }

    private synchronized void take(DeltaDiscoveryResponse response) {
        received.add(response);
        if (answers) {
            answer(response);
        } else {
            unanswered.add(response);
        }
    }

    private void answer(DeltaDiscoveryResponse response) {
        DeltaDiscoveryRequest.Builder answer = DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(response.getTypeUrl())
                .setResponseNonce(response.getNonce());
        if (response.getResourcesList().stream().anyMatch(resource -> refused.test(resource.getResource()))) {
            answer.setErrorDetail(Status.newBuilder().setCode(13).setMessage(words));
        } else {
            Map<String, Any> ofType = has.computeIfAbsent(response.getTypeUrl(), _ -> new TreeMap<>());
            Map<String, String> versionsOfType = versions.computeIfAbsent(response.getTypeUrl(), _ -> new TreeMap<>());
            response.getResourcesList().forEach(resource -> {
                ofType.put(resource.getName(), resource.getResource());
                versionsOfType.put(resource.getName(), resource.getVersion());
            });
            response.getRemovedResourcesList().forEach(ofType::remove);
            response.getRemovedResourcesList().forEach(versionsOfType::remove);
        }
        requests.onNext(answer.build());
    }

    /** What it has accepted of a type, by name. */
    public synchronized Map<String, Any> has(String typeUrl) {
        return new TreeMap<>(has.getOrDefault(typeUrl, Map.of()));
    }

    /** The versions of what it has accepted of a type, by name. */
    public synchronized Map<String, String> versions(String typeUrl) {
        return new TreeMap<>(versions.getOrDefault(typeUrl, Map.of()));
    }

    /** The names of a type that it was told are gone. */
    public synchronized List<String> removed(String typeUrl) {
        return received.stream()
                .filter(response -> response.getTypeUrl().equals(typeUrl))
                .flatMap(response -> response.getRemovedResourcesList().stream())
                .toList();
    }

    /** How many responses of a type it was sent. */
    public synchronized long received(String typeUrl) {
        return received.stream()
                .filter(response -> response.getTypeUrl().equals(typeUrl))
                .count();
    }

    /** How many responses of a type had a resource of this name. */
    public synchronized long received(String name, String typeUrl) {
        return received.stream()
                .filter(response -> response.getTypeUrl().equals(typeUrl))
                .filter(response -> response.getResourcesList().stream()
                        .anyMatch(resource -> resource.getName().equals(name)))
                .count();
    }

    /** Reads a resource. */
    public static <M extends Message> M read(Any any, Class<M> type) {
        try {
            return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    /** Ends the stream; doing so twice is harmless. */
    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            requests.onCompleted();
        }
    }
}
