package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.spec.EndpointDiscovery;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TestingSpecs;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.store.Transaction;
import io.chancery.vault.Vault;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestRegistryTest {

    private static final Vault VAULT = Vault.inMemory();
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(CLOCK, meters);
    private final ManifestRegistry registry = new ManifestRegistry(store, _ -> false, VAULT, CLOCK, meters);

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void whatIsAppliedIsSeenWithItsAuthorAndTime() {
        ApplyResult result = registry.apply(List.of(put(cluster("a", "one"))), "ada");

        assertThat(result)
                .isEqualTo(new ApplyResult.Applied(
                        new Revision(1), List.of(new Effect(key("a"), Outcome.CREATED, new Revision(1)))));
        assertThat(registry.view().manifest(key("a")))
                .contains(new DeclaredManifest(cluster("a", "one"), new Revision(1), NOON, "ada"));
        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void aListOfChangesIsOneRevision() {
        registry.apply(List.of(put(cluster("a", "one")), put(cluster("b", "two")), put(cluster("c", "three"))), "ada");

        ApplyResult result = registry.apply(
                List.of(
                        put(cluster("a", "one")),
                        put(cluster("b", "changed")),
                        delete("c"),
                        delete("none"),
                        put(cluster("d", "four"))),
                "bob");

        assertThat(result)
                .isEqualTo(new ApplyResult.Applied(
                        new Revision(2),
                        List.of(
                                new Effect(key("a"), Outcome.UNCHANGED, new Revision(1)),
                                new Effect(key("b"), Outcome.CHANGED, new Revision(2)),
                                new Effect(key("c"), Outcome.DELETED, new Revision(2)),
                                new Effect(key("none"), Outcome.UNCHANGED, Revision.ZERO),
                                new Effect(key("d"), Outcome.CREATED, new Revision(2)))));
        assertThat(registry.view().manifests().keySet()).containsExactly(key("a"), key("b"), key("d"));
        assertThat(registry.view().manifest(key("a")).orElseThrow().author()).isEqualTo("ada");
        assertThat(applies("applied")).isEqualTo(2);
    }

    @Test
    void whatHoldsAlreadySpendsNoRevision() {
        registry.apply(List.of(put(cluster("a", "one"))), "ada");

        ApplyResult result = registry.apply(List.of(put(cluster("a", "one"))), "bob");

        assertThat(result)
                .isEqualTo(new ApplyResult.Applied(
                        new Revision(1), List.of(new Effect(key("a"), Outcome.UNCHANGED, new Revision(1)))));
        assertThat(applies("unchanged")).isEqualTo(1);
    }

    @Test
    void oneFailedPreconditionKeepsEverythingAsItWas() {
        registry.apply(List.of(put(cluster("a", "one"))), "ada");
        List<Change> changes = List.of(
                put(cluster("b", "two")),
                new Change.Put(cluster("a", "changed"), new Precondition.At(new Revision(7))));

        assertThat(registry.apply(changes, "bob"))
                .isEqualTo(new ApplyResult.PreconditionFailed(key("a"), new Revision(1)));
        assertThat(registry.apply(List.of(new Change.Put(cluster("a", "changed"), new Precondition.Absent())), "bob"))
                .isEqualTo(new ApplyResult.PreconditionFailed(key("a"), new Revision(1)));
        assertThat(registry.apply(List.of(new Change.Delete(key("x"), new Precondition.Present())), "bob"))
                .isEqualTo(new ApplyResult.PreconditionFailed(key("x"), Revision.ZERO));
        assertThat(registry.view().manifests().keySet()).containsExactly(key("a"));
        assertThat(applies("precondition-failed")).isEqualTo(3);
    }

    @Test
    void aHeldPreconditionLetsTheChangeThrough() {
        registry.apply(List.of(new Change.Put(cluster("a", "one"), new Precondition.Absent())), "ada");

        assertInstanceOf(
                ApplyResult.Applied.class,
                registry.apply(
                        List.of(new Change.Put(cluster("a", "two"), new Precondition.At(new Revision(1)))), "ada"));
    }

    @Test
    void twoManifestsCannotDeclareOneResourceForTheSameNodes() {
        registry.apply(List.of(put(cluster("a", "one"))), "ada");

        ApplyResult.Refused existing = assertInstanceOf(
                ApplyResult.Refused.class,
                registry.apply(List.of(put(cluster("x", "free")), put(cluster("b", "one"))), "bob"));
        ApplyResult.Refused together = assertInstanceOf(
                ApplyResult.Refused.class,
                registry.apply(List.of(put(cluster("c", "two")), put(cluster("d", "two"))), "bob"));

        assertThat(existing.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.document()).isEqualTo(1);
            assertThat(fault.reason()).contains("Resource/a", "Resource/b");
        });
        assertThat(together.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.document()).isEqualTo(1);
            assertThat(fault.reason()).contains("Resource/c", "Resource/d");
        });
        assertThat(registry.view().manifests().keySet()).containsExactly(key("a"));
        assertThat(applies("refused")).isEqualTo(2);
    }

    @Test
    void oneResourceMayBeDeclaredForDifferentNodesAndMayChangeHands() {
        NodeSelector blue = new NodeSelector(List.of("blue-*"), List.of(), Map.of(), Locality.UNKNOWN);
        registry.apply(List.of(put(cluster("a", "one")), put(cluster("b", "one", blue))), "ada");
        assertThat(registry.view().manifests()).hasSize(2);

        registry.apply(List.of(delete("a"), put(cluster("c", "one"))), "ada");
        assertThat(registry.view().manifests().keySet()).containsExactly(key("b"), key("c"));

        registry.apply(List.of(put(cluster("c", "other")), put(cluster("a", "one"))), "ada");
        assertThat(registry.view().manifests().keySet()).containsExactly(key("a"), key("b"), key("c"));
    }

    @Test
    void aManifestIsNamedOnceInAList() {
        ApplyResult.Refused refused = assertInstanceOf(
                ApplyResult.Refused.class,
                registry.apply(List.of(put(cluster("a", "one")), delete("a"), put(cluster("a", "two"))), "ada"));

        assertThat(refused.faults())
                .extracting(Fault::document, Fault::path)
                .containsExactly(tuple(1, "name"), tuple(2, "name"));
    }

    @Test
    void listenersAreToldWhatChanged() {
        List<Set<ManifestKey>> told = new ArrayList<>();
        registry.addListener((view, keys) -> {
            assertThat(view).isEqualTo(registry.view());
            told.add(keys);
        });

        registry.apply(List.of(put(cluster("a", "one")), put(policy("s"))), "ada");
        registry.apply(List.of(put(cluster("a", "one"))), "ada");
        store.commit(new Transaction(List.of(), List.of(new Operation.Put("registry/service/x", new byte[] {1}))))
                .join();
        registry.apply(List.of(delete("a")), "ada");

        assertThat(told)
                .containsExactly(Set.of(key("a"), new ManifestKey(ManifestKind.SERVICE, "s")), Set.of(key("a")));
        assertThat(registry.view().revision()).isEqualTo(new Revision(3));
    }

    @Test
    void manifestsAreCountedByKind() {
        registry.apply(List.of(put(cluster("a", "one")), put(cluster("b", "two")), put(policy("s"))), "ada");

        assertThat(count("Resource")).isEqualTo(2);
        assertThat(count("Service")).isEqualTo(1);
    }

    @Test
    void anAuthorHasAName() {
        for (String author : List.of("", " ", "a\nb", "x".repeat(201))) {
            assertThatThrownBy(() -> registry.apply(List.of(put(cluster("a", "one"))), author))
                    .isInstanceOf(InvalidValueException.class);
        }
    }

    @Test
    void ofManyWritersOnlyOneDeclaresAResource() throws Exception {
        try (ExecutorService writers = Executors.newFixedThreadPool(8)) {
            List<Future<ApplyResult>> results = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                Change change = put(cluster("m" + i, "shared" + i % 4));
                results.add(writers.submit(() -> registry.apply(List.of(change), "ada")));
            }
            long applied = 0;
            for (Future<ApplyResult> result : results) {
                applied += result.get() instanceof ApplyResult.Applied ? 1 : 0;
            }
            assertThat(applied).isEqualTo(4);
        }
        assertThat(registry.view().manifests()).hasSize(4);
    }

    @Test
    void whatWasAppliedIsThereAfterTheStoreIsOpenedAgain(@TempDir Path directory) {
        Manifest full = new Manifest(
                key("a"),
                new NodeSelector(List.of("x*"), List.of("c"), Map.of("a.b", "c", "n", 1.5), new Locality("eu", "", "")),
                new TreeMap<>(Map.of("team", "blue")),
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        "one",
                        Cluster.newBuilder().setName("one").build(),
                        Optional.of(Duration.ofMillis(1_500))));
        ManifestView before = inSqlite(directory, reopened -> {
            reopened.apply(List.of(put(full), put(policy("s")), put(cluster("b", "two"))), "ada");
            reopened.apply(List.of(delete("b"), put(cluster("c", "three"))), "bob");
        });

        ManifestView after = inSqlite(directory, reopened -> {});

        assertThat(after).isEqualTo(before);
        assertThat(after.manifest(key("a")).orElseThrow().manifest()).isEqualTo(full);
        ManifestView changed =
                inSqlite(directory, reopened -> reopened.apply(List.of(put(cluster("d", "four"))), "eve"));
        assertThat(changed.manifests()).hasSize(4);
    }

    @Test
    void nothingIsServedFromAStoreWithAManifestThatCannotBeRead() {
        Map<String, byte[]> unreadable = Map.of(
                "manifest/Resource/a", new byte[] {2, '{', '}'},
                "manifest/Resource/b", new byte[] {1, '{'},
                "manifest/Resource/c", new byte[] {},
                "manifest/Resource/d",
                        new ManifestCodec(VAULT).encode(cluster("other", "one"), NOON, "ada", Optional.empty()),
                "manifest/Unknown/e", new byte[] {1, '{', '}'},
                "manifest/f", new byte[] {1, '{', '}'});
        unreadable.forEach((key, value) -> {
            try (Store damaged = Stores.inMemory(CLOCK, new SimpleMeterRegistry())) {
                damaged.commit(new Transaction(List.of(), List.of(new Operation.Put(key, value))))
                        .join();
                assertThatThrownBy(() ->
                                new ManifestRegistry(damaged, _ -> false, VAULT, CLOCK, new SimpleMeterRegistry()))
                        .isInstanceOf(UnreadableManifestException.class)
                        .hasMessageContaining(key);
            }
        });
    }

    private static ManifestView inSqlite(Path directory, Consumer<ManifestRegistry> use) {
        SimpleMeterRegistry own = new SimpleMeterRegistry();
        try (Store sqlite = Stores.sqlite(directory, CLOCK, own);
                ManifestRegistry manifests = new ManifestRegistry(sqlite, _ -> false, VAULT, CLOCK, own)) {
            use.accept(manifests);
            return manifests.view();
        }
    }

    private double applies(String outcome) {
        return meters.get("chancery.manifest.applies")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private double count(String kind) {
        return meters.get("chancery.manifest.manifests")
                .tag("kind", kind)
                .gauge()
                .value();
    }

    private static Change put(Manifest manifest) {
        return new Change.Put(manifest, Precondition.NONE);
    }

    private static Change delete(String name) {
        return new Change.Delete(key(name), Precondition.NONE);
    }

    private static ManifestKey key(String name) {
        return new ManifestKey(ManifestKind.RESOURCE, name);
    }

    private static Manifest cluster(String name, String resource) {
        return cluster(name, resource, NodeSelector.EVERY);
    }

    private static Manifest cluster(String name, String resource, NodeSelector nodes) {
        return new Manifest(
                key(name),
                nodes,
                new TreeMap<>(),
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        resource,
                        Cluster.newBuilder().setName(resource).build(),
                        Optional.empty()));
    }

    private static Manifest policy(String name) {
        return new Manifest(
                new ManifestKey(ManifestKind.SERVICE, name),
                NodeSelector.EVERY,
                new TreeMap<>(),
                TestingSpecs.service(EndpointDiscovery.LEDS));
    }
}
