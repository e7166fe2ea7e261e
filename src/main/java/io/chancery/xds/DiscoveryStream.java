package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotClient;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: its conversations by type, and the call over which they go. Used by its partition's thread only.
 */
final class DiscoveryStream {

    private static final Optional<ResourceType> ASSIGNMENTS = Optional.of(ResourceType.ENDPOINT);

    private final ServerCall<?, EncodedResponse> call;
    private final Variant variant;
    private final Partition partition;
    private final Ending ending;
    private final Conversations conversations = new Conversations();

    private final Sequence sequence = new Sequence(new Sequence.Sides() {
        @Override
        public Optional<Sequence.Side> of(ResourceType type) {
            return side(type);
        }

        @Override
        public boolean isNamed(ResourceType by, Reference other) {
            return snapshot().orElse(Snapshot.EMPTY).resources(by).references().contains(other);
        }
    });

    private final long id;
    private final long openedNanos;
    private final boolean aggregated;
    private @Nullable ClientNode client;
    private @Nullable SnapshotClient snapshotClient;
    private @Nullable Audience audience;
    private boolean rechecking;
    private boolean closed;

    DiscoveryStream(ServerCall<?, EncodedResponse> call, Variant variant, Shape shape, Partition partition) {
        this.call = call;
        this.variant = variant;
        this.aggregated = shape == Shape.AGGREGATED;
        this.partition = partition;
        this.ending = new Ending(this, partition);
        this.id = partition.nextStreamId();
        this.openedNanos = partition.nanoTime();
    }

    /** Which types a stream can carry. */
    enum Shape {
        AGGREGATED,
        SINGLE_TYPE
    }

    long id() {
        return id;
    }

    long openedNanos() {
        return openedNanos;
    }

    boolean isAggregated() {
        return aggregated;
    }

    boolean isIntroduced() {
        return client != null;
    }

    Variant variant() {
        return variant;
    }

    /**
     * Takes what the client says of itself, before the request that says it. A client that describes itself anew is not
     * answered before what it is to have from then on is there.
     */
    void introduce(ClientNode node, SnapshotClient seenAs) {
        leave();
        client = node;
        snapshotClient = seenAs;
    }

    SnapshotClient snapshotClient() {
        return Objects.requireNonNull(snapshotClient, "the first request has not come");
    }

    ClientNode client() {
        return Objects.requireNonNull(client, "the first request has not come");
    }

    /** What the client wants of a type so far. */
    Subscription subscription(ServedType type) {
        @Nullable Conversation known = conversations.of(type);
        return known == null ? Subscription.none(false) : known.subscription();
    }

    /**
     * Takes a request.
     *
     * @return what it cost, or why the stream must end
     */
    RequestResult request(ServedType type, ClientRequest request) {
        @Nullable Conversation known = conversations.of(type);
        if (known == null && conversations.isFull()) {
            return new RequestResult.Refused(Status.INVALID_ARGUMENT.withDescription(
                    "more than " + Conversations.MAX_TYPES + " resource types on one stream"));
        }
        Conversation conversation = known == null ? begin(type) : known;
        Subscription before = conversation.subscription();
        Optional<EncodedResponse> response = conversation.underWay();
        Subscription.Step step = conversation.request(request);
        if (audience != null) {
            audience.reindex(this, conversation, before, step.next());
        }
        @Nullable Conversation hosts = conversations.of(ResourceType.VIRTUAL_HOST);
        if (hosts != null && conversation.isOf(ResourceType.ROUTE)) {
            HostScope.follow(before, step, hosts);
        }
        conversation.meters().recordReply(step.reply());
        partition.noteReply(this, conversation, step.reply(), response);
        boolean changesNames = !before.names().equals(step.next().names());
        if (changesNames && NameLimit.isExceededBy(conversations.ordered())) {
            return new RequestResult.Refused(
                    Status.RESOURCE_EXHAUSTED.withDescription("more than " + NameLimit.MAX_NAMES
                            + " resource names on one stream, or more than " + NameLimit.MAX_CHARACTERS
                            + " characters in them"));
        }
        flush();
        return new RequestResult.Taken(changesNames ? step.next().names().size() : 0);
    }

    /**
     * As whom the client is to be seen instead, if a request shows that it brings collections from another stream. It is
     * not answered before it is seen so.
     */
    Optional<SnapshotClient> formFor(ServedType type, ClientRequest request) {
        if (variant != Variant.DELTA
                || !aggregated
                || !ASSIGNMENTS.equals(type.type())
                || conversations.of(ResourceType.ENDPOINT) != null
                || !(request.interest() instanceof ClientRequest.Interest.Change change)) {
            return Optional.empty();
        }
        Optional<SnapshotClient> other = change.held().values().stream()
                .map(EndpointForm::after)
                .filter(form -> form == EndpointForm.OTHER_COLLECTION)
                .findFirst()
                .map(form -> new SnapshotClient(client().node(), form));
        return other;
    }

    /** What became of a request. */
    sealed interface RequestResult {
        /**
         * It was taken.
         *
         * @param visited how many names had to be gone through
         */
        record Taken(int visited) implements RequestResult {}

        record Refused(Status status) implements RequestResult {}
    }

    private Conversation begin(ServedType type) {
        Conversation conversation = new Conversation(
                variant,
                type,
                partition.metrics().of(type, variant),
                new Awaited(client().node().id(), partition::nanoTime));
        conversations.add(conversation);
        return conversation;
    }

    /** From now on the stream is answered, from the snapshot of these streams. */
    void join(Audience next) {
        if (closed || next == audience) {
            return;
        }
        leave();
        next.streams().add(this);
        for (Conversation conversation : conversations.ordered()) {
            next.reindex(this, conversation, Subscription.none(false), conversation.subscription());
            conversation.moved(conversation.type().resourcesIn(next.snapshot()));
        }
        audience = next;
    }

    private void leave() {
        if (audience != null) {
            for (Conversation conversation : conversations.ordered()) {
                audience.reindex(this, conversation, conversation.subscription(), Subscription.none(false));
            }
            audience.streams().remove(this);
            audience = null;
        }
    }

    boolean isAnswered() {
        return audience != null;
    }

    /** Whether any response has been sent; a client takes the end of a stream before that for a failure. */
    boolean hasResponded() {
        return conversations.ordered().stream().anyMatch(Conversation::hasAnswered);
    }

    /** Sends what is owed, as far as the client takes it. */
    void flush() {
        for (Conversation conversation : conversations.ordered()) {
            flush(conversation);
        }
    }

    void flush(Conversation conversation) {
        if (audience == null || closed || !call.isReady()) {
            return;
        }
        ResourceSet current = conversation.type().resourcesIn(audience.snapshot());
        Optional<Content> content =
                conversation.isDue() && !conversation.subscription().awaiting()
                        ? conversation.next(current, terms(conversation))
                        : Optional.empty();
        partition.noteBrought(conversation.takeBrought());
        if (content.isPresent()) {
            Holding before = conversation.possession().accepted();
            send(conversation, content.get());
            follow(conversation, before, content.get());
        }
        if (form() == Content.Form.WITH_TTL) {
            keepAlive(conversation);
        }
        conversation.waitingSince().ifPresent(this::recheckAfterGrace);
    }

    private Content.Form form() {
        return client().takesTtl(variant) ? Content.Form.WITH_TTL : Content.Form.PLAIN;
    }

    /** Sends what keeps the client's resources alive, if it is time and no other response is under way. */
    private void keepAlive(Conversation conversation) {
        List<Resource> expiring = conversation.expiring();
        Heartbeat heartbeat = conversation.heartbeat();
        long now = partition.nanoTime();
        if (heartbeat.isDue() && !conversation.subscription().awaiting()) {
            if (heartbeat.done(expiring, now)) {
                expiring.forEach(resource -> conversation.owe(resource.name()));
                flush(conversation);
            } else if (!expiring.isEmpty()) {
                send(conversation, conversation.keptAlive(expiring));
            }
        }
        heartbeat
                .start(expiring, now)
                .ifPresent(beat -> partition.after(
                        beat.nanos(),
                        () -> Partition.guarded(this, () -> {
                            heartbeat.reached(beat);
                            flush(conversation);
                        })));
    }

    private void send(Conversation conversation, Content content) {
        EncodedResponse response = partition.responses().encoded(content, conversation.lastSequence());
        conversation.sent(response);
        call.sendMessage(response);
        conversation.meters().recordResponse(response);
        partition.oversized().check(client(), response);
        ending.afterResponse();
    }

    private Conversation.Terms terms(Conversation conversation) {
        return new Conversation.Terms(
                conversations.ordered().size() > 1 || conversation.isOf(ResourceType.EXTENSION_CONFIG)
                        ? conversation.type().type().map(sequence::gate).orElse(Gate.OPEN)
                        : Gate.OPEN,
                scope(conversation),
                form(),
                partition.nanoTime(),
                partition.settings().graceNanos());
    }

    private Predicate<String> scope(Conversation conversation) {
        @Nullable
        Conversation routes =
                conversation.isOf(ResourceType.VIRTUAL_HOST) ? conversations.of(ResourceType.ROUTE) : null;
        return routes == null ? HostScope.EVERYTHING : HostScope.of(routes.subscription());
    }

    /** Envoy warms a cluster that is new or different until it hears of its endpoints, and route tables likewise. */
    private void follow(Conversation conversation, Holding before, Content sent) {
        @Nullable Conversation endpoints = conversations.of(ResourceType.ENDPOINT);
        if (endpoints != null
                && conversation.isOf(ResourceType.CLUSTER)
                && partition.settings().endpointsAfterClusters()) {
            for (Resource cluster : sent.resources()) {
                if (!before.equal(cluster.name(), cluster)) {
                    cluster.references().forEach(reference -> endpoints.owe(reference.name()));
                }
            }
            flush(endpoints);
        }
        @Nullable Conversation hosts = conversations.of(ResourceType.VIRTUAL_HOST);
        if (hosts != null && conversation.isOf(ResourceType.ROUTE)) {
            for (Resource routes : sent.resources()) {
                if (!before.equal(routes.name(), routes)) {
                    hosts.oweUnder(routes.name() + '/');
                }
            }
            flush(hosts);
        }
    }

    /** One check at a time is enough: it looks at everything, and asks for the next. */
    private void recheckAfterGrace(long sinceNanos) {
        if (!rechecking) {
            rechecking = true;
            long left = partition.settings().graceNanos() - (partition.nanoTime() - sinceNanos);
            partition.after(Math.max(0, left), () -> {
                rechecking = false;
                Partition.guarded(this, this::flush);
            });
        }
    }

    private Optional<Sequence.Side> side(ResourceType type) {
        @Nullable Conversation conversation = conversations.of(type);
        return conversation == null || audience == null
                ? Optional.empty()
                : Optional.of(
                        new ConversationSide(conversation, audience.snapshot().resources(type)));
    }

    List<Conversation> conversations() {
        return conversations.ordered();
    }

    Optional<Snapshot> snapshot() {
        return Optional.ofNullable(audience).map(Audience::snapshot);
    }

    /** Ends the call from this side. */
    void close(Status status) {
        if (!closed) {
            detach();
            call.close(status, new Metadata());
        }
    }

    /** Does something when the time has passed, if the stream is still open then. */
    void later(Duration wait, Runnable action) {
        Future<?> _ = partition.timer(wait, () -> {
            if (!closed) {
                Partition.guarded(this, action);
            }
        });
    }

    Ending ending() {
        return ending;
    }

    /** Lets go of everything: the call has ended. */
    void detach() {
        if (closed) {
            return;
        }
        closed = true;
        ending.cancel();
        leave();
        conversations.close();
        partition.remove(this);
    }
}
