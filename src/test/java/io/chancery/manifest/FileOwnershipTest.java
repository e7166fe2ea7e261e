package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.util.Durations;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.InvalidValueException;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a file declares belongs to it. */
class FileOwnershipTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final Set<String> SOURCES = Set.of("conf", "other");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Vault vault = Vault.inMemory();
    private final Store store = Stores.inMemory(CLOCK, meters);
    private final ManifestRegistry registry = new ManifestRegistry(store, _ -> false, vault, CLOCK, meters);

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void whatASourceDeclaresIsMarkedAlsoAfterARestart() {
        apply("conf", "edge.yaml", cluster("a", 1));

        assertThat(declared("a").owner()).contains(new FileOwner("conf", "edge.yaml"));
        assertThat(declared("a").author()).isEqualTo("file conf");
        try (ManifestRegistry restarted =
                new ManifestRegistry(store, _ -> false, vault, CLOCK, new SimpleMeterRegistry())) {
            assertThat(restarted.view().manifest(key("a")).orElseThrow()).isEqualTo(declared("a"));
        }
    }

    @Test
    void aPersonCannotChangeOrDeleteItAndNothingOfTheListIsDone() {
        apply("conf", "edge.yaml", cluster("a", 1));
        ApplyResult refusal = new ApplyResult.OwnedByFile(key("a"), "conf/edge.yaml");

        assertThat(registry.apply(List.of(put(cluster("a", 2))), "ada")).isEqualTo(refusal);
        assertThat(registry.apply(List.of(put(cluster("b", 1)), new Change.Delete(key("a"), Precondition.NONE)), "ada"))
                .isEqualTo(refusal);
        assertThat(registry.view().manifests().keySet()).containsExactly(key("a"));
        assertThat(meters.get("chancery.manifest.applies")
                        .tag("outcome", "owned-by-file")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void aPersonMaySayWhatTheFileSaysAndItStaysTheFiles() {
        apply("conf", "edge.yaml", cluster("a", 1));

        assertThat(registry.apply(List.of(put(cluster("a", 1))), "ada"))
                .isEqualTo(new ApplyResult.Applied(
                        new Revision(1), List.of(new Effect(key("a"), Outcome.UNCHANGED, new Revision(1)))));
        assertThat(declared("a").owner()).isPresent();
    }

    @Test
    void whatASourceNoLongerDeclaresIsRemovedWithTheSameTransaction() {
        apply("conf", "edge.yaml", cluster("a", 1), cluster("b", 1));
        apply("other", "", cluster("c", 1));
        registry.apply(List.of(put(cluster("d", 1))), "ada");

        ApplyResult result = apply("conf", "edge.yaml", cluster("b", 2));

        assertThat(result)
                .isEqualTo(new ApplyResult.Applied(
                        new Revision(4),
                        List.of(
                                new Effect(key("b"), Outcome.CHANGED, new Revision(4)),
                                new Effect(key("a"), Outcome.DELETED, new Revision(4)))));
        assertThat(registry.view().manifests().keySet()).containsExactly(key("b"), key("c"), key("d"));
    }

    @Test
    void sayingTheSameAgainSpendsNoRevision() {
        apply("conf", "edge.yaml", cluster("a", 1));
        apply("conf", "edge.yaml", cluster("a", 1));

        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void whatWasDeclaredOverTheApiIsTakenOver() {
        registry.apply(List.of(put(cluster("a", 1))), "ada");

        apply("conf", "edge.yaml", cluster("a", 1));

        assertThat(declared("a").owner()).contains(new FileOwner("conf", "edge.yaml"));
    }

    @Test
    void oneSourceTakesNothingFromAnother() {
        apply("conf", "edge.yaml", cluster("a", 1));

        assertThat(apply("other", "", cluster("a", 2)))
                .isEqualTo(new ApplyResult.OwnedByFile(key("a"), "conf/edge.yaml"));
    }

    @Test
    void whatBelongsToASourceThatIsNotWatchedAnyLongerIsTakenOver() {
        registry.applySource("gone", owned("gone", "", cluster("a", 1)), Set.of("gone"));

        apply("conf", "edge.yaml", cluster("a", 1));

        assertThat(declared("a").owner()).contains(new FileOwner("conf", "edge.yaml"));
        assertThat(registry.applySource("gone", List.of(), SOURCES)).isInstanceOf(ApplyResult.Applied.class);
        assertThat(registry.view().manifests()).hasSize(1);
    }

    @Test
    void aManifestMayMoveToAnotherFileOfItsFolder() {
        apply("conf", "one.yaml", cluster("a", 1));
        apply("conf", "two.yaml", cluster("a", 1));

        assertThat(declared("a").owner()).contains(new FileOwner("conf", "two.yaml"));
    }

    @Test
    void faultsCountTheManifestsOfTheSource() {
        registry.apply(List.of(put(cluster("x", 1, "shared"))), "ada");

        ApplyResult.Refused refused = assertInstanceOf(
                ApplyResult.Refused.class, apply("conf", "edge.yaml", cluster("a", 1), cluster("b", 1, "shared")));

        assertThat(refused.faults()).extracting(Fault::document).containsExactly(1);
    }

    @Test
    void aDryRunSaysThatTheFileIsInTheWay() {
        apply("conf", "edge.yaml", cluster("a", 1));

        DryRun run = registry.dryRun(List.of(put(cluster("a", 2))), ApplyOptions.by("ada"));

        assertThat(run.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.reason()).contains("conf/edge.yaml", "Resource/a"));
        assertThat(registry.dryRun(List.of(put(cluster("a", 1))), ApplyOptions.by("ada"))
                        .faults())
                .isEmpty();
    }

    @Test
    void whatAFileDeclaresIsNotPruned() {
        apply("conf", "edge.yaml", labelled("a"));
        registry.apply(List.of(put(labelled("b"))), "ada");

        ApplyResult result = registry.apply(List.of(), ApplyOptions.by("ada").pruning(LabelMatch.parse("team=blue")));

        assertThat(assertInstanceOf(ApplyResult.Applied.class, result).effects())
                .extracting(Effect::key)
                .containsExactly(key("b"));
        assertThat(registry.view().manifests().keySet()).containsExactly(key("a"));
    }

    @Test
    void whatFilesChangeIsInTheHistoryAndUndoneInTheFile() {
        apply("conf", "edge.yaml", cluster("a", 1));
        apply("conf", "edge.yaml", cluster("a", 2));

        HistoryEntry last = registry.history().entries(_ -> true).getFirst();
        List<AlteredManifest> altered =
                registry.history().manifests(last.revision()).orElseThrow();

        assertThat(last.author()).isEqualTo("file conf");
        assertThat(altered.getFirst().before().orElseThrow().owner()).contains(new FileOwner("conf", "edge.yaml"));
        List<Change> back = Reversal.of(last, altered, ApplyOptions.References.CHECKED).stream()
                .map(change ->
                        assertInstanceOf(DocumentResult.Read.class, change).change())
                .toList();
        assertThat(registry.apply(back, "ada")).isEqualTo(new ApplyResult.OwnedByFile(key("a"), "conf/edge.yaml"));
    }

    private static Manifest labelled(String name) {
        Manifest plain = cluster(name, 1);
        return new Manifest(plain.key(), plain.nodes(), new TreeMap<>(Map.of("team", "blue")), plain.spec());
    }

    @Test
    void anOwnerHasAPathThatCanBeShown() {
        assertThat(new FileOwner("conf", "a.yaml")).hasToString("conf/a.yaml");
        assertThat(new FileOwner("conf/", "a.yaml")).hasToString("conf/a.yaml");
        assertThat(new FileOwner("conf/a.yaml", "")).hasToString("conf/a.yaml");
        assertThatThrownBy(() -> new FileOwner("", "a.yaml")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> new FileOwner("conf", "a\n.yaml")).isInstanceOf(InvalidValueException.class);
    }

    private ApplyResult apply(String source, String file, Manifest... manifests) {
        return registry.applySource(source, owned(source, file, manifests), SOURCES);
    }

    private static List<FileManifest> owned(String source, String file, Manifest... manifests) {
        return Stream.of(manifests)
                .map(manifest -> new FileManifest(new FileOwner(source, file), manifest))
                .toList();
    }

    private DeclaredManifest declared(String name) {
        return registry.view().manifest(key(name)).orElseThrow();
    }

    private static Change put(Manifest manifest) {
        return new Change.Put(manifest, Precondition.NONE);
    }

    private static ManifestKey key(String name) {
        return new ManifestKey(ManifestKind.RESOURCE, name);
    }

    private static Manifest cluster(String name, int seconds) {
        return cluster(name, seconds, name);
    }

    private static Manifest cluster(String name, int seconds, String resource) {
        return new Manifest(
                key(name),
                NodeSelector.EVERY,
                new TreeMap<>(),
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        resource,
                        Cluster.newBuilder()
                                .setName(resource)
                                .setConnectTimeout(Durations.fromSeconds(seconds))
                                .build(),
                        Optional.empty()));
    }
}
