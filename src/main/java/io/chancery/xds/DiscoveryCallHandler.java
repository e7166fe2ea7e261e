package io.chancery.xds;

import com.google.protobuf.InvalidProtocolBufferException;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotSource;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a {@link DiscoveryStream} for each call of one method, and brings the call's events to its partition.
 */
final class DiscoveryCallHandler implements ServerCallHandler<Optional<WireRequest>, EncodedResponse> {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryCallHandler.class);

    static final Status NO_NODE =
            Status.INVALID_ARGUMENT.withDescription("the first request of a stream must have a node with an id");
    static final Status UNREADABLE =
            Status.INVALID_ARGUMENT.withDescription("a request is not a message that its service takes");

    private final XdsEngine engine;
    private final Variant variant;
    private final Optional<ResourceType> only;

    /** Serves the aggregated service where {@code only} is empty, and else the service of that type. */
    DiscoveryCallHandler(XdsEngine engine, Variant variant, Optional<ResourceType> only) {
        this.engine = engine;
        this.variant = variant;
        this.only = only;
    }

    @Override
    public ServerCall.Listener<Optional<WireRequest>> startCall(
            ServerCall<Optional<WireRequest>, EncodedResponse> call, Metadata headers) {
        Optional<Status> refusal = engine.admit();
        if (refusal.isPresent()) {
            call.close(refusal.get(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Partition partition = engine.partition();
        DiscoveryStream stream = new DiscoveryStream(
                call,
                variant,
                only.isEmpty() ? DiscoveryStream.Shape.AGGREGATED : DiscoveryStream.Shape.SINGLE_TYPE,
                partition);
        Call events = new Call(call, partition, stream);
        partition.run(events::open);
        return events;
    }

    /** The events of one call; all but the constructor run on the partition's thread. */
    private final class Call extends ServerCall.Listener<Optional<WireRequest>> {

        private final ServerCall<Optional<WireRequest>, EncodedResponse> call;
        private final Partition partition;
        private final DiscoveryStream stream;
        private final Pace pace = new Pace();
        private @Nullable ClientNode client;
        private long nodeFingerprint;

        private SnapshotSource.@Nullable Demand demand;
        private boolean ended;

        Call(ServerCall<Optional<WireRequest>, EncodedResponse> call, Partition partition, DiscoveryStream stream) {
            this.call = call;
            this.partition = partition;
            this.stream = stream;
        }

        void open() {
            engine.metrics().streamOpened(variant);
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
                    only.isEmpty() && variant == Variant.DELTA ? EndpointForm.COLLECTION : EndpointForm.PLAIN;
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
                listener.opened(introduced, PeerAddress.of(call.getAttributes()));
            } else {
                listener.described(introduced);
            }
        }

        @Override
        public void onMessage(Optional<WireRequest> message) {
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

        private void take(WireRequest message) {
            try {
                if (!ended && knowsClient(message)) {
                    takeRequest(message);
                }
            } catch (InvalidProtocolBufferException e) {
                refuse("a request is not what its service takes");
            }
        }

        /** Takes note of who the client is; ends the stream if it does not say, or says that it is another. */
        private boolean knowsClient(WireRequest message) throws InvalidProtocolBufferException {
            if (!message.hasNode() || (client != null && message.nodeFingerprint() == nodeFingerprint)) {
                if (client == null) {
                    end(() -> stream.close(NO_NODE));
                }
                return client != null;
            }
            ClientNode described = NodeReader.read(message.node());
            String id = described.node().id();
            if (client == null && id.isEmpty()) {
                end(() -> stream.close(NO_NODE));
                return false;
            }
            if (client == null) {
                LOG.info("Stream opened node={} variant={}", Texts.printable(id), variant);
            } else if (!id.equals(client.node().id())) {
                refuse("the node's id must stay the same on a stream");
                return false;
            }
            nodeFingerprint = message.nodeFingerprint();
            if (!described.equals(client)) {
                introduce(described);
            }
            return true;
        }

        private void takeRequest(WireRequest message) throws InvalidProtocolBufferException {
            String typeUrl = message.typeUrl();
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
            ClientRequest request = message.read(stream.subscription(type));
            stream.formFor(type, request).ifPresent(this::seeAs);
            switch (stream.request(type, request)) {
                case DiscoveryStream.RequestResult.Taken(int visited) -> askForNext(message.size() + visited);
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
                engine.metrics().streamClosed(variant);
                engine.release();
                if (demand != null) {
                    demand.close();
                }
                @Nullable ClientNode known = client;
                if (known != null) {
                    engine.tellStreamListeners(listener -> listener.closed(known.node()));
                    LOG.info(
                            "Stream closed node={} variant={}",
                            Texts.printable(known.node().id()),
                            variant);
                }
            }
        }
    }
}
