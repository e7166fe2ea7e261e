package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.EndpointDiscovery;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TestingSpecs;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.registry.Precondition;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestRegistryPropertyTest {

    private static final int STEPS = 150;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    static LongStream seeds() {
        return new SplittableRandom(0x5EED).longs(30);
    }

    /** Random histories against a plain map: all of a list is applied, or nothing of it, for one of two simple reasons. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMap(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (Store store = Stores.inMemory(CLOCK, meters);
                ManifestRegistry registry = new ManifestRegistry(store, _ -> false, CLOCK, meters)) {
            Map<ManifestKey, Manifest> model = new TreeMap<>();
            for (int step = 0; step < STEPS; step++) {
                List<Change> changes = changes(random);
                Map<ManifestKey, Manifest> wanted = new TreeMap<>(model);
                for (Change change : changes) {
                    switch (change) {
                        case Change.Put(Manifest manifest, Precondition _) -> wanted.put(manifest.key(), manifest);
                        case Change.Delete(ManifestKey key, Precondition _) -> wanted.remove(key);
                    }
                }
                boolean allowed = namesEachOnce(changes) && declaresEachOnce(wanted);
                long before = registry.view().revision().value();

                ApplyResult result = registry.apply(changes, "seed");

                assertThat(result instanceof ApplyResult.Applied)
                        .as("step %d: %s", step, changes)
                        .isEqualTo(allowed);
                boolean changed = allowed && !wanted.equals(model);
                assertThat(registry.view().revision().value()).isEqualTo(changed ? before + 1 : before);
                model = allowed ? wanted : model;
                assertThat(contents(registry)).isEqualTo(model);
            }
            try (ManifestRegistry restarted =
                    new ManifestRegistry(store, _ -> false, CLOCK, new SimpleMeterRegistry())) {
                assertThat(restarted.view()).isEqualTo(registry.view());
            }
        }
    }

    private static boolean namesEachOnce(List<Change> changes) {
        return changes.stream().map(Change::key).distinct().count() == changes.size();
    }

    private static boolean declaresEachOnce(Map<ManifestKey, Manifest> manifests) {
        Set<List<Object>> seen = new HashSet<>();
        return manifests.values().stream()
                .filter(manifest -> manifest.spec() instanceof Spec.RawResource)
                .allMatch(manifest ->
                        seen.add(List.of(((Spec.RawResource) manifest.spec()).resourceName(), manifest.nodes())));
    }

    private static Map<ManifestKey, Manifest> contents(ManifestRegistry registry) {
        return registry.view().manifests().values().stream()
                .map(DeclaredManifest::manifest)
                .collect(Collectors.toMap(Manifest::key, manifest -> manifest, (a, b) -> a, TreeMap::new));
    }

    private static List<Change> changes(SplittableRandom random) {
        List<Change> changes = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            String name = "m" + random.nextInt(12);
            changes.add(
                    switch (random.nextInt(5)) {
                        case 0, 1, 2 -> new Change.Put(resource(random, name), Precondition.NONE);
                        case 3 -> new Change.Put(policy(random, name), Precondition.NONE);
                        default ->
                            new Change.Delete(
                                    new ManifestKey(
                                            random.nextBoolean() ? ManifestKind.RESOURCE : ManifestKind.SERVICE, name),
                                    Precondition.NONE);
                    });
        }
        return changes;
    }

    private static Manifest resource(SplittableRandom random, String name) {
        String resource = "c" + random.nextInt(12);
        NodeSelector nodes = random.nextBoolean()
                ? NodeSelector.EVERY
                : new NodeSelector(List.of("n" + random.nextInt(2)), List.of(), Map.of(), Locality.UNKNOWN);
        return new Manifest(
                new ManifestKey(ManifestKind.RESOURCE, name),
                nodes,
                new TreeMap<>(),
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        resource,
                        Cluster.newBuilder().setName(resource).build(),
                        Optional.empty()));
    }

    private static Manifest policy(SplittableRandom random, String name) {
        return new Manifest(
                new ManifestKey(ManifestKind.SERVICE, name),
                NodeSelector.EVERY,
                new TreeMap<>(),
                TestingSpecs.service(random.nextBoolean() ? EndpointDiscovery.EDS : EndpointDiscovery.LEDS));
    }
}
