package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.ApplyOptions.References;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryPropertyTest {

    private static final int STEPS = 60;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final String TEAM = "team";

    static LongStream seeds() {
        return new SplittableRandom(0x415).longs(30);
    }

    /**
     * Random changes, prunings and reversals against plain maps, one for each revision: what is said before a change is what
     * comes of it, and each state can be looked back to.
     */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMapForEachRevision(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Store store = Stores.inMemory(CLOCK, meters);
                ManifestRegistry registry = new ManifestRegistry(store, _ -> false, Vault.inMemory(), CLOCK, meters)) {
            List<Map<ManifestKey, Manifest>> states = new ArrayList<>();
            states.add(new TreeMap<>());
            for (int step = 0; step < STEPS; step++) {
                Map<ManifestKey, Manifest> before = states.getLast();
                boolean undo = states.size() > 1 && random.nextInt(3) == 0;
                int undone = undo ? 1 + random.nextInt(states.size() - 1) : 0;
                ApplyOptions options = options(random, undo);
                List<Change> changes = undo ? reversal(registry, undone, options) : changes(random);
                @Nullable
                Map<ManifestKey, Manifest> wanted =
                        undo ? undone(states, undone, options) : changed(before, changes, options);

                DryRun run = registry.dryRun(changes, options);
                assertThat(contents(registry.view())).isEqualTo(before);
                ApplyResult result = registry.apply(changes, options);

                assertThat(run.faults().isEmpty()).isEqualTo(wanted != null);
                if (wanted == null) {
                    assertThat(result).isInstanceOf(ApplyResult.PreconditionFailed.class);
                    continue;
                }
                ApplyResult.Applied applied = assertInstanceOf(ApplyResult.Applied.class, result);
                assertThat(run.effects()).as("step %d", step).isEqualTo(applied.effects());
                assertThat(contents(run.after())).isEqualTo(wanted);
                assertThat(contents(registry.view())).isEqualTo(wanted);
                if (!wanted.equals(before)) {
                    states.add(wanted);
                    assertThat(registry.history()
                                    .entry(applied.revision())
                                    .orElseThrow()
                                    .altered())
                            .isEqualTo(applied.effects().stream()
                                    .filter(effect -> effect.outcome() != Outcome.UNCHANGED)
                                    .map(effect -> new HistoryEntry.Altered(effect.key(), effect.outcome()))
                                    .toList());
                }
            }
            for (int revision = 0; revision < states.size(); revision++) {
                assertThat(contents(registry.viewAt(new Revision(revision)).orElseThrow()))
                        .as("revision %d", revision)
                        .isEqualTo(states.get(revision));
            }
        }
    }

    private static ApplyOptions options(SplittableRandom random, boolean undo) {
        ApplyOptions options =
                ApplyOptions.by("seed").with(random.nextBoolean() ? References.CHECKED : References.UNCHECKED);
        return !undo && random.nextInt(4) == 0
                ? options.pruning(LabelMatch.parse(random.nextBoolean() ? TEAM : TEAM + "=blue"))
                : options;
    }

    private static List<Change> reversal(ManifestRegistry registry, int revision, ApplyOptions options) {
        Revision of = new Revision(revision);
        return Reversal.of(
                        registry.history().entry(of).orElseThrow(),
                        registry.history().manifests(of).orElseThrow(),
                        options.references())
                .stream()
                .map(change ->
                        assertInstanceOf(DocumentResult.Read.class, change).change())
                .toList();
    }

    /** Returns null where it must not be done: a manifest of the change is not as the change left it. */
    private static @Nullable Map<ManifestKey, Manifest> undone(
            List<Map<ManifestKey, Manifest>> states, int revision, ApplyOptions options) {
        Map<ManifestKey, Manifest> before = states.get(revision - 1);
        Map<ManifestKey, Manifest> after = states.get(revision);
        Map<ManifestKey, Manifest> next = new TreeMap<>(states.getLast());
        for (ManifestKey key : union(before, after)) {
            Optional<Manifest> left = Optional.ofNullable(after.get(key));
            if (!left.equals(Optional.ofNullable(before.get(key)))) {
                boolean touched = left.isPresent()
                        ? lastChange(states, key) != revision
                        : states.getLast().containsKey(key);
                if (touched && options.references() == References.CHECKED) {
                    return null;
                }
                if (before.containsKey(key)) {
                    next.put(key, before.get(key));
                } else {
                    next.remove(key);
                }
            }
        }
        return next;
    }

    private static int lastChange(List<Map<ManifestKey, Manifest>> states, ManifestKey key) {
        int revision = states.size() - 1;
        Optional<Manifest> now = Optional.ofNullable(states.getLast().get(key));
        while (revision > 0
                && now.equals(Optional.ofNullable(states.get(revision - 1).get(key)))) {
            revision--;
        }
        return revision;
    }

    private static List<ManifestKey> union(Map<ManifestKey, Manifest> a, Map<ManifestKey, Manifest> b) {
        Map<ManifestKey, Manifest> all = new TreeMap<>(a);
        all.putAll(b);
        return List.copyOf(all.keySet());
    }

    private static Map<ManifestKey, Manifest> changed(
            Map<ManifestKey, Manifest> before, List<Change> changes, ApplyOptions options) {
        Map<ManifestKey, Manifest> next = new TreeMap<>(before);
        options.prune().ifPresent(prune -> next.values().removeIf(prune::matches));
        for (Change change : changes) {
            switch (change) {
                case Change.Put(Manifest manifest, Precondition _) -> next.put(manifest.key(), manifest);
                case Change.Delete(ManifestKey key, Precondition _) -> next.remove(key);
            }
        }
        return next;
    }

    private static Map<ManifestKey, Manifest> contents(ManifestView view) {
        return view.manifests().values().stream()
                .map(DeclaredManifest::manifest)
                .collect(Collectors.toMap(Manifest::key, manifest -> manifest, (a, _) -> a, TreeMap::new));
    }

    private static List<Change> changes(SplittableRandom random) {
        Map<ManifestKey, Change> changes = new TreeMap<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            ManifestKey key = new ManifestKey(ManifestKind.RESOURCE, "m" + random.nextInt(6));
            changes.put(
                    key,
                    random.nextInt(3) == 0
                            ? new Change.Delete(key, Precondition.NONE)
                            : new Change.Put(manifest(random, key), Precondition.NONE));
        }
        return List.copyOf(changes.values());
    }

    private static Manifest manifest(SplittableRandom random, ManifestKey key) {
        TreeMap<String, String> labels = new TreeMap<>();
        switch (random.nextInt(3)) {
            case 0 -> labels.put(TEAM, "blue");
            case 1 -> labels.put(TEAM, "red");
            default -> labels.put("other", "");
        }
        return new Manifest(
                key,
                NodeSelector.EVERY,
                labels,
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        key.name(),
                        Cluster.newBuilder()
                                .setName(key.name())
                                .setAltStatName("s" + random.nextInt(3))
                                .build(),
                        Optional.empty()));
    }
}
