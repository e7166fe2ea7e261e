package io.chancery.xds;

import io.chancery.snapshot.Snapshot;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One client's stream: its conversations by type, and the call over which they go. Used by its partition's thread only.
 */
final class DiscoveryStream {

    /** Envoy asks for about a dozen types; a client that invents more is stopped before it costs memory. */
    static final int MAX_TYPES = 64;

    /** What a client may have subscribed to by name, over all types; more than any Envoy has memory for. */
    static final int MAX_NAMES = 1_000_000;

    /** How long these names may be together. */
    static final int MAX_NAME_CHARACTERS = 64 << 20;

    private static final Status TOO_OLD = Status.UNAVAILABLE.withDescription("maximum age");

    private final ServerCall<?, EncodedResponse> call;
    private final Variant variant;
    private final Partition partition;
    private final XdsMetrics metrics;
    private final Map<String, Conversation> conversations = new HashMap<>(4);

    /** In the order in which types go out, so that a client hears of a cluster before its endpoints. */
    private List<Conversation> ordered = List.of();

    private boolean current;
    private boolean responded;
    private boolean retired;
    private boolean closed;
    private @Nullable Future<?> timer;

    DiscoveryStream(ServerCall<?, EncodedResponse> call, Variant variant, Partition partition, XdsMetrics metrics) {
        this.call = call;
        this.variant = variant;
        this.partition = partition;
        this.metrics = metrics;
    }

    /**
     * Takes a request.
     *
     * @return the conversation that it belongs to and what it led to, or why the stream must end
     */
    RequestResult request(ServedType type, ClientRequest request) {
        @Nullable Conversation known = conversations.get(type.typeUrl());
        if (known == null && conversations.size() >= MAX_TYPES) {
            return new RequestResult.Refused(Status.INVALID_ARGUMENT.withDescription(
                    "more than " + MAX_TYPES + " resource types on one stream"));
        }
        Conversation conversation = known == null ? begin(type) : known;
        Subscription before = conversation.subscription();
        Subscription.Step step = conversation.request(request);
        partition.reindex(this, conversation, before, step.next());
        metrics.recordReply(type, variant, step.reply());
        boolean changesNames = !before.names().equals(step.next().names());
        if (changesNames && hasTooManyNames()) {
            return new RequestResult.Refused(Status.RESOURCE_EXHAUSTED.withDescription("more than " + MAX_NAMES
                    + " resource names on one stream, or more than " + MAX_NAME_CHARACTERS + " characters in them"));
        }
        flush();
        return new RequestResult.Taken(step, changesNames ? step.next().names().size() : 0);
    }

    /** What became of a request. */
    sealed interface RequestResult {
        /**
         * It was taken.
         *
         * @param visited how many names had to be gone through
         */
        record Taken(Subscription.Step step, int visited) implements RequestResult {}

        record Refused(Status status) implements RequestResult {}
    }

    private boolean hasTooManyNames() {
        long names = 0;
        long characters = 0;
        for (Conversation conversation : ordered) {
            Set<String> wanted = conversation.subscription().names();
            names += wanted.size();
            for (String name : wanted) {
                characters += name.length();
            }
        }
        return names > MAX_NAMES || characters > MAX_NAME_CHARACTERS;
    }

    private Conversation begin(ServedType type) {
        Conversation conversation = new Conversation(variant, type);
        conversations.put(type.typeUrl(), conversation);
        List<Conversation> sorted = new ArrayList<>(conversations.values());
        sorted.sort((a, b) -> Integer.compare(order(a.type()), order(b.type())));
        ordered = sorted;
        return conversation;
    }

    private static int order(ServedType type) {
        return type.type().map(Enum::ordinal).orElse(Integer.MAX_VALUE);
    }

    /** Does something when the time has passed, if the stream is still open then. */
    void later(Duration wait, Runnable action) {
        Future<?> _ = partition.after(wait, () -> {
            if (!closed) {
                Partition.guarded(this, action);
            }
        });
    }

    /** The partition's snapshot holds all that was committed before this stream opened: from now on it is answered. */
    void becomeCurrent() {
        current = true;
        flush();
    }

    boolean isCurrent() {
        return current;
    }

    /** Sends what is owed, as far as the client takes it. */
    void flush() {
        for (Conversation conversation : ordered) {
            flush(conversation);
        }
    }

    void flush(Conversation conversation) {
        if (!current || closed || !call.isReady()) {
            return;
        }
        Snapshot snapshot = partition.snapshot();
        Optional<Content> content = conversation.next(conversation.type().resourcesIn(snapshot));
        if (content.isPresent()) {
            EncodedResponse response = partition.responses().encoded(content.get(), conversation.lastSequence());
            conversation.sent(response);
            call.sendMessage(response);
            metrics.recordResponse(conversation.type(), variant, response);
            responded = true;
            closeIfRetired();
        }
    }

    /** Ends the call from this side. */
    void close(Status status) {
        if (!closed) {
            detach();
            call.close(status, new Metadata());
        }
    }

    /**
     * Ends the call from this side when the time has passed, but not before it has had its first response: a gRPC client
     * takes a stream that ends without one for a failure and waits before it comes back (gRPC proposal A57).
     */
    void retireAfter(Duration age) {
        timer = partition.after(age, () -> {
            retired = true;
            closeIfRetired();
        });
    }

    private void closeIfRetired() {
        if (retired && responded) {
            close(TOO_OLD);
        }
    }

    /** Ends the call from this side when the time has passed. */
    void closeAfter(Duration wait, Status status) {
        if (wait.isZero()) {
            close(status);
        } else {
            cancelTimer();
            timer = partition.after(wait, () -> close(status));
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** Lets go of everything: the call has ended. */
    void detach() {
        if (closed) {
            return;
        }
        closed = true;
        cancelTimer();
        for (Conversation conversation : ordered) {
            partition.forget(this, conversation);
            conversation.closed();
        }
        conversations.clear();
        ordered = List.of();
        partition.remove(this);
    }
}
