package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotSource;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a {@link DiscoveryStream} for each call of one method, and brings the call's events to its partition.
 *
 * @param <Q> the request message
 */
final class DiscoveryCallHandler<Q> implements ServerCallHandler<Optional<Q>, EncodedResponse> {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryCallHandler.class);

    static final Status NO_NODE =
            Status.INVALID_ARGUMENT.withDescription("the first request of a stream must have a node with an id");
    static final Status UNREADABLE =
            Status.INVALID_ARGUMENT.withDescription("a request is not a message that its service takes");

    /** What the engine reads from a request message. */
    record Reader<Q>(
            Variant variant,
            Function<Q, String> typeUrl,
            Function<Q, Optional<Node>> node,
            Function<Q, ClientRequest> request,
            ToIntFunction<Q> size) {}

    private final XdsEngine engine;
    private final Reader<Q> reader;
    private final Optional<ResourceType> only;

    /** Serves the aggregated service where {@code only} is empty, and else the service of that type. */
    DiscoveryCallHandler(XdsEngine engine, Reader<Q> reader, Optional<ResourceType> only) {
        this.engine = engine;
        this.reader = reader;
        this.only = only;
    }

    @Override
    public ServerCall.Listener<Optional<Q>> startCall(ServerCall<Optional<Q>, EncodedResponse> call, Metadata headers) {
        Optional<Status> refusal = engine.admit();
        if (refusal.isPresent()) {
            call.close(refusal.get(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Partition partition = engine.partition();
        DiscoveryStream stream = new DiscoveryStream(
                call,
                reader.variant(),
                only.isEmpty() ? DiscoveryStream.Shape.AGGREGATED : DiscoveryStream.Shape.SINGLE_TYPE,
                partition);
        Call events = new Call(call, partition, stream);
        partition.run(events::open);
        return events;
    }

    /** The events of one call; all but the constructor run on the partition's thread. */
    private final class Call extends ServerCall.Listener<Optional<Q>> {

        private final ServerCall<Optional<Q>, EncodedResponse> call;
        private final Partition partition;
        private final DiscoveryStream stream;
        private final Pace pace = new Pace();
        private String node = "";
        private @Nullable ClientNode client;

        private SnapshotSource.@Nullable Demand demand;
        private boolean ended;

        Call(ServerCall<Optional<Q>, EncodedResponse> call, Partition partition, DiscoveryStream stream) {
            this.call = call;
            this.partition = partition;
            this.stream = stream;
        }

        void open() {
            engine.metrics().streamOpened(reader.variant());
            if (engine.isDraining()) {
                end(() -> stream.close(XdsEngine.DRAINING));
                return;
            }
            partition.add(stream);
            engine.drawAge().ifPresent(stream.ending()::atAge);
            call.sendHeaders(new Metadata());
            call.request(1);
        }

        /** Asks for the snapshots of the client's group, from which it is answered once they are there. */
        private void introduce(ClientNode described) {
            engine.tellStreamListeners(listener -> tell(listener, described.node()));
            client = described;
            EndpointForm form =
                    only.isEmpty() && reader.variant() == Variant.DELTA ? EndpointForm.COLLECTION : EndpointForm.PLAIN;
            seeAs(new SnapshotClient(described.node(), form));
        }

        private void seeAs(SnapshotClient seenAs) {
            SnapshotSource.@Nullable Demand former = demand;
            stream.introduce(Objects.requireNonNull(client), seenAs);
            demand = engine.source()
                    .connect(
                            seenAs,
                            () -> partition.later(
                                    () -> Partition.guarded(stream, () -> partition.admit(stream, seenAs))));
            if (former != null) {
                former.close();
            }
        }

        private void tell(StreamListener listener, io.chancery.model.Node introduced) {
            if (client == null) {
                listener.opened(introduced);
            } else {
                listener.described(introduced);
            }
        }

        @Override
        public void onMessage(Optional<Q> message) {
            partition.run(() -> Partition.guarded(
                    stream,
                    () -> message.ifPresentOrElse(
                            this::take, () -> refuse("a request is not what its service takes"))));
        }

        @Override
        public void onReady() {
            partition.run(() -> Partition.guarded(stream, stream::flush));
        }

        @Override
        public void onHalfClose() {
            partition.run(() -> end(() -> stream.close(Status.OK)));
        }

        @Override
        public void onCancel() {
            partition.run(() -> end(stream::detach));
        }

        @Override
        public void onComplete() {
            partition.run(() -> end(stream::detach));
        }

        private void take(Q message) {
            if (ended) {
                return;
            }
            Optional<ClientNode> described = reader.node().apply(message).map(NodeReader::read);
            if (node.isEmpty()) {
                node = described.map(one -> one.node().id()).orElse("");
                if (node.isEmpty()) {
                    end(() -> stream.close(NO_NODE));
                    return;
                }
                LOG.info("Stream opened node={} variant={}", Texts.printable(node), reader.variant());
            }
            if (described.isPresent() && !described.get().equals(client)) {
                if (!described.get().node().id().equals(node)) {
                    refuse("the node's id must stay the same on a stream");
                    return;
                }
                introduce(described.get());
            }
            String typeUrl = reader.typeUrl().apply(message);
            if (only.isPresent()
                    && (typeUrl.isEmpty() || typeUrl.equals(only.get().typeUrl()))) {
                typeUrl = only.get().typeUrl();
            } else if (only.isPresent()) {
                refuse("this service has resources of type " + only.get().typeUrl() + " only");
                return;
            } else if (typeUrl.isEmpty()) {
                refuse("a request on the aggregated stream must have a type_url");
                return;
            }
            ServedType type = ServedType.of(typeUrl);
            ClientRequest request = reader.request().apply(message);
            stream.formFor(type, request).ifPresent(this::seeAs);
            switch (stream.request(type, request)) {
                case DiscoveryStream.RequestResult.Taken(int visited) ->
                    askForNext(reader.size().applyAsInt(message) + visited);
                case DiscoveryStream.RequestResult.Refused(Status status) -> end(() -> stream.close(status));
            }
        }

        private void askForNext(int work) {
            Optional<Duration> wait = pace.afterRequest(work);
            if (wait.isPresent()) {
                stream.later(wait.get(), () -> call.request(1));
            } else {
                call.request(1);
            }
        }

        private void refuse(String reason) {
            end(() -> stream.close(Status.INVALID_ARGUMENT.withDescription(reason)));
        }

        private void end(Runnable last) {
            last.run();
            if (!ended) {
                ended = true;
                engine.metrics().streamClosed(reader.variant());
                engine.release();
                if (demand != null) {
                    demand.close();
                }
                @Nullable ClientNode known = client;
                if (known != null) {
                    engine.tellStreamListeners(listener -> listener.closed(known.node()));
                }
                if (!node.isEmpty()) {
                    LOG.info("Stream closed node={} variant={}", Texts.printable(node), reader.variant());
                }
            }
        }
    }
}
