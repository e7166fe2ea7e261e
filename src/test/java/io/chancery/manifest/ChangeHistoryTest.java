package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.ApplyOptions.References;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.HistoryEntry.Altered;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.InvalidValueException;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeHistoryTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Instant now = NOON;
    private final Store store = Stores.inMemory(() -> now, meters);
    private final List<ManifestRegistry> opened = new ArrayList<>();
    private final Vault vault = Vault.inMemory();
    private final ManifestRegistry registry = open(store, HistoryRetention.DEFAULT);

    @AfterEach
    void close() {
        opened.forEach(ManifestRegistry::close);
        store.close();
    }

    private ManifestRegistry open(Store from, HistoryRetention retention) {
        ManifestRegistry one =
                new ManifestRegistry(from, _ -> false, vault, () -> now, retention, new SimpleMeterRegistry());
        opened.add(one);
        return one;
    }

    @Test
    void everyChangeIsKeptWithItsManifestsBeforeAndAfter() {
        registry.apply(List.of(put("a", "one"), put("b", "two")), "ada");
        now = NOON.plusSeconds(60);
        registry.apply(
                List.of(put("a", "changed"), delete("b"), put("c", "three"), delete("none")),
                ApplyOptions.by("bob").because("a test"));

        assertThat(registry.history().entries(_ -> true))
                .containsExactly(
                        new HistoryEntry(
                                new Revision(2),
                                now,
                                "bob",
                                "a test",
                                List.of(
                                        new Altered(key("a"), Outcome.CHANGED),
                                        new Altered(key("b"), Outcome.DELETED),
                                        new Altered(key("c"), Outcome.CREATED))),
                        new HistoryEntry(
                                new Revision(1),
                                NOON,
                                "ada",
                                "",
                                List.of(
                                        new Altered(key("a"), Outcome.CREATED),
                                        new Altered(key("b"), Outcome.CREATED))));
        DeclaredManifest before = new DeclaredManifest(cluster("a", "one"), new Revision(1), NOON, "ada");
        assertThat(registry.history().manifests(new Revision(2)).orElseThrow())
                .containsExactly(
                        new AlteredManifest(
                                key("a"),
                                Optional.of(before),
                                Optional.of(
                                        new DeclaredManifest(cluster("a", "changed"), new Revision(2), now, "bob"))),
                        new AlteredManifest(
                                key("b"),
                                Optional.of(new DeclaredManifest(cluster("b", "two"), new Revision(1), NOON, "ada")),
                                Optional.empty()),
                        new AlteredManifest(
                                key("c"),
                                Optional.empty(),
                                Optional.of(new DeclaredManifest(cluster("c", "three"), new Revision(2), now, "bob"))));
    }

    @Test
    void whatChangesNothingLeavesNoEntry() {
        registry.apply(List.of(put("a", "one")), "ada");
        registry.apply(List.of(put("a", "one")), "bob");
        registry.apply(List.of(put("a", "two"), put("a", "three")), "bob");

        assertThat(registry.history().size()).isEqualTo(1);
    }

    @Test
    void itIsThereAfterARestart(@TempDir Path folder) {
        try (Store first = Stores.sqlite(folder, () -> now, meters);
                ManifestRegistry writing = new ManifestRegistry(first, _ -> false, vault, () -> now, meters)) {
            writing.apply(List.of(put("a", "one")), "ada");
            writing.apply(List.of(delete("a")), "bob");
        }
        try (Store second = Stores.sqlite(folder, () -> now, new SimpleMeterRegistry())) {
            ManifestRegistry reading = open(second, HistoryRetention.DEFAULT);

            assertThat(reading.history().entries(_ -> true))
                    .extracting(HistoryEntry::author)
                    .containsExactly("bob", "ada");
            assertThat(reading.viewAt(new Revision(1)).orElseThrow().manifests())
                    .containsOnlyKeys(key("a"));
        }
    }

    @Test
    void anotherReplicaSeesIt() {
        ManifestRegistry other = open(store, HistoryRetention.DEFAULT);

        registry.apply(List.of(put("a", "one")), "ada");

        assertThat(other.history().entries(_ -> true))
                .isEqualTo(registry.history().entries(_ -> true));
    }

    @Test
    void theOldestGoWhenThereAreTooMany() {
        ManifestRegistry few = open(store, new HistoryRetention(3, Duration.ofDays(90), 1 << 20));
        for (int i = 0; i < 10; i++) {
            few.apply(List.of(put("a", "v" + i)), "ada");
        }

        assertThat(few.history().entries(_ -> true))
                .extracting(entry -> entry.revision().value())
                .containsExactly(10L, 9L, 8L);
        assertThat(store.read(HistoryCodec.PREFIX).entries()).hasSize(3);
        assertThat(store.read("").revision()).isEqualTo(new Revision(10));
        assertThat(few.history().manifests(new Revision(7))).isEmpty();
        assertThat(few.oldestRevision()).isEqualTo(new Revision(7));
        assertThat(few.viewAt(new Revision(7)).orElseThrow().manifests()).hasSize(1);
        assertThat(few.viewAt(new Revision(6))).isEmpty();
    }

    @Test
    void whatIsTooOldGoesWithTheNextChanges() {
        ManifestRegistry young = open(store, new HistoryRetention(1_000, Duration.ofDays(1), 1 << 20));
        for (int i = 0; i < 40; i++) {
            young.apply(List.of(put("a", "v" + i)), "ada");
        }
        now = NOON.plus(Duration.ofDays(2));
        young.apply(List.of(put("a", "next")), "ada");
        assertThat(young.history().size()).isEqualTo(41 - 16);

        young.apply(List.of(put("a", "after")), "ada");
        young.apply(List.of(put("a", "last")), "ada");

        assertThat(young.history().entries(_ -> true))
                .extracting(HistoryEntry::time)
                .hasSize(3)
                .containsOnly(now);
    }

    @Test
    void whatIsTooMuchGoesWithTheNextChanges() {
        ManifestRegistry small = open(store, new HistoryRetention(1_000, Duration.ofDays(1), 5_000));
        for (int i = 0; i < 40; i++) {
            small.apply(List.of(put("a", "x".repeat(900) + i)), "ada");
        }

        int bytes = store.read(HistoryCodec.PREFIX).entries().stream()
                .mapToInt(entry -> entry.value().length)
                .sum();
        assertThat(bytes).isBetween(2_000, 8_000);
        assertThat(small.history().size()).isPositive();
    }

    @Test
    void theManifestsOfEachRevisionAreKnown() {
        registry.apply(List.of(put("a", "one")), "ada");
        registry.apply(List.of(put("a", "two"), put("b", "three")), "ada");
        elsewhere();
        registry.apply(List.of(delete("a")), "ada");

        assertThat(registry.viewAt(Revision.ZERO).orElseThrow().manifests()).isEmpty();
        assertThat(registry.viewAt(new Revision(1)).orElseThrow().manifests().get(key("a")))
                .isEqualTo(new DeclaredManifest(cluster("a", "one"), new Revision(1), NOON, "ada"));
        assertThat(registry.viewAt(new Revision(3)).orElseThrow().manifests().keySet())
                .containsExactly(key("a"), key("b"));
        assertThat(registry.viewAt(new Revision(4))).contains(registry.view());
        assertThat(registry.oldestRevision()).isEqualTo(Revision.ZERO);
    }

    @Test
    void whatWasThereBeforeThereWasAHistoryCanBeLookedBackToUntilThen() {
        store.commit(new Transaction(
                        List.of(),
                        List.of(
                                new Operation.Put(
                                        Keys.of(key("a")),
                                        new ManifestCodec(vault)
                                                .encode(cluster("a", "one"), NOON, "ada", Optional.empty())),
                                new Operation.Put(Keys.GUARD, new byte[] {1}))))
                .join();
        assertThat(registry.oldestRevision()).isEqualTo(new Revision(1));

        registry.apply(List.of(put("a", "two")), "bob");

        assertThat(registry.viewAt(new Revision(1)).orElseThrow().manifests().get(key("a")))
                .isEqualTo(new DeclaredManifest(cluster("a", "one"), new Revision(1), NOON, "ada"));
        assertThat(registry.viewAt(Revision.ZERO)).isEmpty();
        assertThat(registry.oldestRevision()).isEqualTo(new Revision(1));
    }

    @Test
    void aChangeIsUndone() {
        registry.apply(List.of(put("a", "one"), put("b", "two")), "ada");
        registry.apply(List.of(put("a", "changed"), delete("b"), put("c", "three")), "bob");

        ApplyResult undone = revert(2, References.CHECKED);

        assertThat(assertInstanceOf(ApplyResult.Applied.class, undone).revision())
                .isEqualTo(new Revision(3));
        assertThat(manifests()).containsExactly(cluster("a", "one"), cluster("b", "two"));
        revert(3, References.CHECKED);
        assertThat(manifests()).containsExactly(cluster("a", "changed"), cluster("c", "three"));
    }

    @Test
    void whatWasChangedSinceIsOnlyUndoneByForce() {
        registry.apply(List.of(put("a", "one"), put("b", "two")), "ada");
        registry.apply(List.of(put("a", "changed"), delete("b")), "ada");
        registry.apply(List.of(put("a", "again")), "ada");

        assertThat(revert(2, References.CHECKED))
                .isEqualTo(new ApplyResult.PreconditionFailed(key("a"), new Revision(3)));
        assertThat(manifests()).containsExactly(cluster("a", "again"));

        revert(2, References.UNCHECKED);
        assertThat(manifests()).containsExactly(cluster("a", "one"), cluster("b", "two"));
    }

    @Test
    void whatWasMadeAgainSinceIsOnlyUndoneByForce() {
        registry.apply(List.of(put("a", "one")), "ada");
        registry.apply(List.of(delete("a")), "ada");
        registry.apply(List.of(put("a", "again")), "ada");

        assertThat(revert(2, References.CHECKED))
                .isEqualTo(new ApplyResult.PreconditionFailed(key("a"), new Revision(3)));
    }

    @Test
    void toUndoIsSubjectToTheRulesOfAnyChange() {
        registry.apply(List.of(put("a", "one")), "ada");
        registry.apply(List.of(delete("a")), "ada");
        registry.apply(List.of(put("b", "one")), "ada");

        assertThat(assertInstanceOf(ApplyResult.Refused.class, revert(2, References.UNCHECKED))
                        .faults())
                .extracting(Fault::reason)
                .singleElement()
                .asString()
                .contains("Resource/b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "\u0001", "\u0002", "\u0001\u0000\u0000\u0000\u0005{}", "\u0001\u007f\u0000\u0000\u0000{}"})
    void aDamagedEntryIsReported(String value) {
        try (Store other = Stores.inMemory(() -> now, new SimpleMeterRegistry())) {
            other.commit(new Transaction(
                            List.of(),
                            List.of(new Operation.Put(
                                    HistoryCodec.keyAfter(Revision.ZERO),
                                    value.getBytes(StandardCharsets.ISO_8859_1)))))
                    .join();
            assertThatThrownBy(() -> open(other, HistoryRetention.DEFAULT))
                    .isInstanceOf(UnreadableManifestException.class)
                    .hasMessageContaining(HistoryCodec.PREFIX);
        }
    }

    @Test
    void aReasonMustBePrintableAndNotTooLong() {
        assertThat(ApplyOptions.by("ada").because("x".repeat(500)).reason()).hasSize(500);
        assertThatThrownBy(() -> ApplyOptions.by("ada").because("x".repeat(501)))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> ApplyOptions.by("ada").because("a\nb")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> ApplyOptions.by("")).isInstanceOf(InvalidValueException.class);
    }

    /** A change of something else. */
    private void elsewhere() {
        store.commit(new Transaction(List.of(), List.of(new Operation.Put("registry/x", new byte[1]))))
                .join();
    }

    private ApplyResult revert(long revision, References references) {
        Revision of = new Revision(revision);
        List<DocumentResult> changes = Reversal.of(
                registry.history().entry(of).orElseThrow(),
                registry.history().manifests(of).orElseThrow(),
                references);
        return registry.apply(
                changes.stream()
                        .map(change -> assertInstanceOf(DocumentResult.Read.class, change)
                                .change())
                        .toList(),
                ApplyOptions.by("eve").with(references));
    }

    private List<Manifest> manifests() {
        return registry.view().manifests().values().stream()
                .map(DeclaredManifest::manifest)
                .toList();
    }

    private static Change put(String name, String resource) {
        return new Change.Put(cluster(name, resource), Precondition.NONE);
    }

    private static Change delete(String name) {
        return new Change.Delete(key(name), Precondition.NONE);
    }

    private static ManifestKey key(String name) {
        return new ManifestKey(ManifestKind.RESOURCE, name);
    }

    private static Manifest cluster(String name, String resource) {
        return new Manifest(
                key(name),
                NodeSelector.EVERY,
                new TreeMap<>(),
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        resource,
                        Cluster.newBuilder().setName(resource).build(),
                        Optional.empty()));
    }
}
