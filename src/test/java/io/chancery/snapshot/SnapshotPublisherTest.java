package io.chancery.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SnapshotPublisherTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry registry = new EndpointRegistry(store, 100, meters);
    private final ManifestRegistry manifests = new ManifestRegistry(
            store, ServiceDirectory.of(registry), Vault.inMemory(), InstantSource.system(), meters);
    private final SnapshotPublisher publisher = new SnapshotPublisher(
            registry, manifests, Quarantine.NONE, new HoldOff(Duration.ZERO, Duration.ofMinutes(1)), 0, meters);
    private final BlockingQueue<SnapshotUpdate> updates = new LinkedBlockingQueue<>();
    private final AtomicReference<CompletableFuture<?>> delivery =
            new AtomicReference<>(CompletableFuture.completedFuture(null));

    SnapshotPublisherTest() {
        publisher.addListener(update -> {
            updates.add(update);
            return delivery.get();
        });
    }

    @AfterEach
    void close() {
        publisher.close();
        manifests.close();
        registry.close();
        store.close();
    }

    @Test
    void nothingIsCompiledWhileNoClientIsThere() {
        register("cart", 1);
        register("cart", 2);

        assertThat(updates).isEmpty();
        connect();
        assertThat(next().snapshot().resources(ResourceType.ENDPOINT).size()).isEqualTo(1);
        assertThat(updates).isEmpty();
    }

    @Test
    void aClientIsToldThatItIsCurrentOnlyAfterAllThatWasCommittedBeforeItCame() {
        register("cart", 1);
        SnapshotSource.Demand first = connect();
        next();
        first.close();
        register("cart", 2);

        connect();
        assertThat(next().snapshot().revision()).isEqualTo(registry.view().revision());
    }

    @Test
    void aChangeRecompilesWhatChangedAndNothingElse() {
        register("cart", 1);
        register("shop", 1);
        connect();
        Snapshot before = next().snapshot();

        register("cart", 2);
        SnapshotUpdate.GroupUpdate update = next();

        assertThat(update.changed()).isEqualTo(Map.of(ResourceType.ENDPOINT, List.of("cart")));
        assertThat(update.snapshot().resources(ResourceType.ENDPOINT).get("shop"))
                .isSameAs(before.resources(ResourceType.ENDPOINT).get("shop"));
        assertThat(update.snapshot().resources(ResourceType.CLUSTER).version())
                .isEqualTo(before.resources(ResourceType.CLUSTER).version());
    }

    /** Ten listeners of a thousand routes each. */
    @Test
    void aChangedRouteIsOneRouteTableAndNoListener() {
        register("cart", 1);
        for (int i = 0; i < 10; i++) {
            declare(listener(i, "1s"));
        }
        connect();
        Snapshot before = next().snapshot();

        declare(listener(3, "2s"));
        SnapshotUpdate.GroupUpdate update = next();

        assertThat(update.changed()).isEqualTo(Map.of(ResourceType.ROUTE, List.of("edge-3")));
        assertThat(update.snapshot().resources(ResourceType.ROUTE).get("edge-4"))
                .isSameAs(before.resources(ResourceType.ROUTE).get("edge-4"));
        assertThat(update.snapshot().resources(ResourceType.LISTENER).get("edge-3"))
                .isSameAs(before.resources(ResourceType.LISTENER).get("edge-3"));
    }

    private static String listener(int number, String timeout) {
        StringBuilder routes =
                new StringBuilder("{\"prefix\": \"/\", \"service\": \"cart\", \"timeout\": \"" + timeout + "\"}");
        for (int i = 1; i < 1_000; i++) {
            routes.append(", {\"prefix\": \"/p").append(i).append("\", \"service\": \"cart\"}");
        }
        return "{\"kind\": \"Listener\", \"name\": \"edge-%d\", \"spec\": {\"port\": %d, \"routes\": [%s]}}"
                .formatted(number, 10_000 + number, routes);
    }

    private void declare(String document) {
        DocumentResult.Read read =
                assertInstanceOf(DocumentResult.Read.class, Documents.read(0, new JsonMapper().readTree(document)));
        assertInstanceOf(ApplyResult.Applied.class, manifests.apply(List.of(read.change()), "test"));
    }

    @Test
    void whatChangesWhileAPushIsUnderWayGoesTogether() {
        register("cart", 1);
        connect();
        next();
        CompletableFuture<Boolean> slow = new CompletableFuture<>();
        delivery.set(slow);
        register("cart", 2);
        assertThat(next().snapshot().resources(ResourceType.ENDPOINT).size()).isEqualTo(1);

        for (int port = 3; port <= 50; port++) {
            register("cart", port);
        }
        assertThat(updates).isEmpty();
        slow.complete(true);
        delivery.set(CompletableFuture.completedFuture(null));

        assertThat(next().snapshot().revision()).isEqualTo(registry.view().revision());
        assertThat(updates).isEmpty();
    }

    @Test
    void aListenerThatFailsDoesNotEndThePublishing() {
        register("cart", 1);
        connect();
        next();
        delivery.set(CompletableFuture.failedFuture(new IllegalStateException("a bug in a listener")));
        register("cart", 2);
        next();
        delivery.set(CompletableFuture.completedFuture(null));

        register("cart", 3);
        assertThat(next().changed()).containsOnlyKeys(ResourceType.ENDPOINT);
    }

    private SnapshotSource.Demand connect() {
        CompletableFuture<Boolean> current = new CompletableFuture<>();
        SnapshotSource.Demand demand = publisher.connect(client(), () -> current.complete(true));
        await("the client to be current").until(current::isDone);
        return demand;
    }

    private static SnapshotClient client() {
        return new SnapshotClient(new Node("edge-1", "", Locality.UNKNOWN, Map.of()), EndpointForm.PLAIN);
    }

    private SnapshotUpdate.GroupUpdate next() {
        try {
            SnapshotUpdate update = updates.poll(5, TimeUnit.SECONDS);
            assertThat(update).isNotNull();
            assertThat(update.groups()).hasSize(1);
            return update.groups().values().iterator().next();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void register(String service, int port) {
        registry.register(new ServiceName(service), Endpoint.of(HostPort.parse("10.0.0.1:" + port)), Precondition.NONE);
    }
}
