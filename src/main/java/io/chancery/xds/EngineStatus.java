package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads the engine's streams for those who look on. Safe for use by any thread but the engine's own. */
@ThreadSafe
final class EngineStatus implements ClientStreams {

    private final XdsEngine engine;
    private final InstantSource clock;

    EngineStatus(XdsEngine engine, InstantSource clock) {
        this.engine = engine;
        this.clock = clock;
    }

    @Override
    public List<StreamStatus> streams() {
        return engine.collect(stream -> stream.isIntroduced() ? Optional.of(status(stream)) : Optional.empty());
    }

    @Override
    public List<StreamDetail> details(Predicate<Node> nodes) {
        return engine.collect(
                stream -> stream.isIntroduced() && nodes.test(stream.client().node())
                        ? Optional.of(detail(stream))
                        : Optional.empty());
    }

    private StreamStatus status(DiscoveryStream stream) {
        return new StreamStatus(
                stream.id(),
                stream.client().node(),
                stream.variant(),
                stream.isAggregated(),
                clock.instant().minusNanos(engine.nanoTime() - stream.openedNanos()),
                stream.conversations().stream().map(this::status).toList());
    }

    private StreamStatus.TypeStatus status(Conversation conversation) {
        Subscription subscription = conversation.subscription();
        return new StreamStatus.TypeStatus(
                conversation.type().typeUrl(),
                conversation.type().type(),
                conversation.state(),
                subscription.wildcard(),
                subscription.names().size(),
                subscription.version(),
                conversation.acknowledgedVersion(),
                conversation.refusals().last().map(this::status),
                conversation.awaited().behind(),
                conversation.awaited().oldest().stream()
                        .mapToObj(since -> Duration.ofNanos(engine.nanoTime() - since))
                        .findAny()
                        .orElse(Duration.ZERO));
    }

    private StreamStatus.RefusalStatus status(Refusals.Refusal refusal) {
        return new StreamStatus.RefusalStatus(
                refusal.response().version(),
                refusal.blamed().stream().map(Resource::name).toList(),
                Texts.printable(refusal.message()),
                clock.instant().minusNanos(engine.nanoTime() - refusal.nanos()));
    }

    private StreamDetail detail(DiscoveryStream stream) {
        Map<ResourceType, StreamDetail.TypeDetail> types = new EnumMap<>(ResourceType.class);
        Snapshot snapshot = stream.snapshot().orElse(Snapshot.EMPTY);
        for (Conversation conversation : stream.conversations()) {
            conversation
                    .type()
                    .type()
                    .ifPresent(type -> types.put(type, detail(conversation, snapshot.resources(type))));
        }
        return new StreamDetail(status(stream), types);
    }

    private static StreamDetail.TypeDetail detail(Conversation conversation, ResourceSet current) {
        Subscription subscription = conversation.subscription();
        Map<String, String> withheld = new LinkedHashMap<>();
        current.withheld().forEach((name, version) -> {
            if (subscription.wants(name)) {
                withheld.put(name, version);
            }
        });
        return new StreamDetail.TypeDetail(
                new TreeSet<>(subscription.names()),
                sorted(conversation.holds()),
                sorted(current.all().stream()
                        .filter(resource -> subscription.wants(resource.name())
                                || resource.aliases().stream().anyMatch(subscription::wants))
                        .toList()),
                sorted(conversation
                        .underWay()
                        .map(response -> response.content().resources())
                        .orElse(List.of())),
                sorted(
                        conversation.state() == StreamStatus.State.ERROR
                                ? conversation
                                        .refusals()
                                        .last()
                                        .map(Refusals.Refusal::blamed)
                                        .orElse(List.of())
                                : List.of()),
                withheld);
    }

    private static List<Resource> sorted(List<Resource> resources) {
        List<Resource> sorted = new ArrayList<>(resources);
        sorted.sort(Comparator.comparing(Resource::name));
        return sorted;
    }

    @Override
    public Optional<DeliveryStatus> delivery(Revision revision) {
        return engine.deliveries().of(revision).map(delivery -> delivery.status(engine.nanoTime()));
    }

    @Override
    public DeliveryStatus await(Revision revision, int percent, Duration timeout) throws InterruptedException {
        long start = engine.nanoTime();
        Optional<Delivery> published = engine.deliveries()
                .awaitPublished(
                        revision, timeout.toNanos(), () -> engine.source().isAwaited(revision));
        if (published.isEmpty()) {
            boolean pending = engine.source().isAwaited(revision);
            return DeliveryStatus.unpublished(revision, !pending, engine.nanoTime() - start);
        }
        Delivery delivery = published.get();
        delivery.awaitAcknowledged(percent, timeout.toNanos() - (engine.nanoTime() - start), TimeUnit.NANOSECONDS);
        return delivery.status(engine.nanoTime());
    }

    @Override
    public void addListener(ReplyListener listener) {
        engine.addListener(listener);
    }

    @Override
    public void addListener(StreamListener listener) {
        engine.addListener(listener);
    }
}
