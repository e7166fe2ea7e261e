package io.chancery.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.EndpointDiscovery;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TestingSpecs;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcollections.TreePMap;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is compiled step by step equals what is compiled from scratch, for every group of nodes, whatever is registered,
 * declared, held back, and whoever comes and goes; and what is said to have changed has.
 */
class SnapshotCompilerPropertyTest {

    private static final int SCHEDULES_IN_A_SEED = 25;
    private static final int STEPS = 30;
    private static final JsonMapper JSON = new JsonMapper();

    private static final List<NodeSelector> SELECTORS = List.of(NodeSelector.EVERY, tagged("blue"), tagged("red"));

    static LongStream seeds() {
        return new SplittableRandom(0xCA7A).longs(8);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void stepByStepEqualsFromScratch(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int schedule = 0; schedule < SCHEDULES_IN_A_SEED; schedule++) {
            Schedule run = new Schedule(random.split());
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
        }
    }

    private static NodeSelector tagged(String team) {
        return new NodeSelector(List.of(), List.of(), Map.of("team", team), Locality.UNKNOWN);
    }

    private static final class Schedule {

        private final SplittableRandom random;
        private final Catalogue catalogue = new Catalogue(3);
        private Map<NodeGroup, Snapshot> snapshots = Map.of();

        private TreePMap<ServiceName, ServiceView> services = TreePMap.empty();
        private TreePMap<ManifestKey, DeclaredManifest> manifests = TreePMap.empty();
        private final Map<String, Quarantine.HeldBack> held = new HashMap<>();
        private long revision;

        private final Set<ServiceName> dirtyServices = new HashSet<>();
        private final Set<ManifestKey> dirtyManifests = new HashSet<>();
        private final Set<Quarantine.ResourceName> dirtyHeld = new HashSet<>();

        Schedule(SplittableRandom random) {
            this.random = random;
        }

        void step() {
            revision++;
            for (int i = random.nextInt(3); i >= 0; i--) {
                switch (random.nextInt(8)) {
                    case 0, 1 -> register();
                    case 2 -> declareService();
                    case 3 -> declareListener();
                    case 4, 5 -> declareResource();
                    case 6 -> declareShards();
                    default -> holdBack();
                }
            }
            Sources sources = new Sources(
                    new RegistryView(new Revision(revision), 0, services),
                    new ManifestView(new Revision(revision), manifests),
                    new Quarantine.View(new Revision(revision), Map.copyOf(held), Map.of()));
            Set<SnapshotClient> clients = clients();
            long now = revision * 4 * ShardedServices.LINGER.toNanos();
            Map<NodeGroup, SnapshotUpdate.GroupUpdate> lingering = publish(
                    new Moment(catalogue, sources, now),
                    new Sources.Changes(Set.copyOf(dirtyServices), Set.copyOf(dirtyManifests), Set.copyOf(dirtyHeld)),
                    clients,
                    snapshots);
            lingering.forEach((group, update) -> {
                @Nullable Snapshot before = snapshots.get(group);
                if (before != null) {
                    assertSaysWhatChanged(before, update);
                }
            });
            snapshots = snapshots(lingering);
            Map<NodeGroup, SnapshotUpdate.GroupUpdate> updates = publish(
                    new Moment(catalogue, sources, now + 2 * ShardedServices.LINGER.toNanos()),
                    new Sources.Changes(Set.of(), Set.of(), Set.of()),
                    clients,
                    snapshots);
            Map<NodeGroup, SnapshotUpdate.GroupUpdate> fresh = publish(
                    new Moment(new Catalogue(3), sources, now),
                    new Sources.Changes(services.keySet(), manifests.keySet(), Set.of()),
                    clients,
                    Map.of());
            assertThat(updates.keySet()).isEqualTo(fresh.keySet());
            updates.forEach((group, update) -> {
                SnapshotUpdate.@Nullable GroupUpdate other = fresh.get(group);
                assertThat(other).isNotNull();
                assertEqual(group, update.snapshot(), other.snapshot());
                @Nullable Snapshot before = snapshots.get(group);
                if (before != null) {
                    assertSaysWhatChanged(before, update);
                }
            });
            dirtyServices.clear();
            dirtyManifests.clear();
            dirtyHeld.clear();
            snapshots = snapshots(updates);
        }

        private static Map<NodeGroup, Snapshot> snapshots(Map<NodeGroup, SnapshotUpdate.GroupUpdate> updates) {
            return updates.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, entry -> entry.getValue().snapshot()));
        }

        /** What is published from, and when by the clock that counts nanoseconds. */
        private record Moment(Catalogue catalogue, Sources sources, long now) {}

        /** As the publisher does it. */
        private static Map<NodeGroup, SnapshotUpdate.GroupUpdate> publish(
                Moment moment, Sources.Changes changes, Set<SnapshotClient> clients, Map<NodeGroup, Snapshot> before) {
            Catalogue catalogue = moment.catalogue();
            Sources sources = moment.sources();
            Touched touched = catalogue.update(sources, changes, moment.now());
            Set<NodeGroup> groups =
                    clients.stream().map(catalogue.grouping()::of).collect(Collectors.toSet());
            catalogue.complete(groups, touched);
            Map<NodeGroup, SnapshotUpdate.GroupUpdate> updates = new HashMap<>();
            for (NodeGroup group : groups) {
                @Nullable Snapshot former = before.get(group);
                updates.put(
                        group,
                        former == null
                                ? SnapshotCompiler.first(catalogue, group, sources.revision())
                                : SnapshotCompiler.after(former, catalogue, group, touched, sources.revision()));
            }
            return updates;
        }

        private static void assertEqual(NodeGroup group, Snapshot stepwise, Snapshot fresh) {
            for (ResourceType type : ResourceType.values()) {
                ResourceSet one = stepwise.resources(type);
                ResourceSet other = fresh.resources(type);
                assertThat(one.all()).as(type + " of " + group).isEqualTo(other.all());
                assertThat(one.version()).isEqualTo(other.version());
                assertThat(one.withheld()).as(type + " withheld from " + group).isEqualTo(other.withheld());
                assertThat(one.expiring()).containsExactlyElementsOf(other.expiring());
            }
        }

        private static void assertSaysWhatChanged(Snapshot before, SnapshotUpdate.GroupUpdate update) {
            for (ResourceType type : ResourceType.values()) {
                assertThat(update.changed().getOrDefault(type, List.of()))
                        .as("changed " + type)
                        .containsAll(before.resources(type)
                                .namesThatDiffer(update.snapshot().resources(type)));
            }
        }

        private Set<SnapshotClient> clients() {
            Set<SnapshotClient> clients = new HashSet<>();
            for (String team : List.of("blue", "red", "none")) {
                for (EndpointForm form : EndpointForm.values()) {
                    if (random.nextInt(3) > 0) {
                        clients.add(new SnapshotClient(
                                new Node(team + form, "", Locality.UNKNOWN, Map.of("team", team)), form));
                    }
                }
            }
            return clients;
        }

        private void register() {
            ServiceName name = new ServiceName(anyName());
            dirtyServices.add(name);
            @Nullable ServiceView former = services.get(name);
            TreePMap<EndpointId, RegisteredEndpoint> endpoints = former == null ? TreePMap.empty() : former.endpoints();
            Endpoint endpoint = Endpoint.of(HostPort.parse("10.0.0." + (1 + random.nextInt(5)) + ":80"));
            endpoints = random.nextInt(3) == 0
                    ? endpoints.minus(endpoint.id())
                    : endpoints.plus(endpoint.id(), new RegisteredEndpoint(endpoint, new Revision(revision)));
            services = random.nextInt(8) == 0
                    ? services.minus(name)
                    : services.plus(name, new ServiceView(name, new Revision(revision), true, endpoints));
        }

        private void declareService() {
            String name = anyName();
            EndpointDiscovery discovery = random.nextBoolean() ? EndpointDiscovery.LEDS : EndpointDiscovery.EDS;
            put(new ManifestKey(ManifestKind.SERVICE, name), NodeSelector.EVERY, TestingSpecs.service(discovery));
        }

        private void declareShards() {
            put(
                    new ManifestKey(ManifestKind.SHUFFLE_SHARD, anyName()),
                    NodeSelector.EVERY,
                    shards(random.nextInt(1, 4), random.nextInt(3), random.nextInt(4) * 25));
        }

        /** @param moved the percentage of nodes that have another seed already; 0 for none */
        private static Spec shards(int size, int seed, int moved) {
            String rollout = """
                    , "rollout": {"to": {"seed": 9}, "by": "nodes", "steps": [{"percent": %d}]}""".formatted(moved);
            return spec("""
                    {"kind": "ShuffleShard", "name": "a", "spec": {"customer": {"header": "x-customer-id"}, "shards": 8,
                      "size": %d, "seed": %d %s}}""".formatted(size, seed, moved == 0 ? "" : rollout));
        }

        private static Spec http(String service) {
            return spec("""
                    {"kind": "Listener", "name": "a", "spec": {"port": 1, "routes": [{"service": "%s"}]}}""".formatted(service));
        }

        private static Spec spec(String document) {
            return switch (Documents.read(0, JSON.readTree(document))) {
                case DocumentResult.Read(Change change) ->
                    ((Change.Put) change).manifest().spec();
                case DocumentResult.Faulty faulty -> throw new AssertionError(faulty);
            };
        }

        private void declareListener() {
            NodeSelector nodes = SELECTORS.get(random.nextInt(SELECTORS.size()));
            put(
                    new ManifestKey(ManifestKind.LISTENER, "listener-" + SELECTORS.indexOf(nodes)),
                    nodes,
                    random.nextBoolean() ? http(anyName()) : TestingSpecs.listener(anyName()));
        }

        private void declareResource() {
            List<ResourceType> types = new ArrayList<>(List.of(ResourceType.values()));
            types.remove(ResourceType.LOCALITY_ENDPOINT);
            ResourceType type = types.get(random.nextInt(types.size()));
            String name = type == ResourceType.VIRTUAL_HOST ? "rc/" + anyName() : anyName();
            NodeSelector nodes = SELECTORS.get(random.nextInt(SELECTORS.size()));
            Optional<Duration> ttl = random.nextInt(4) == 0 ? Optional.of(Duration.ofHours(1)) : Optional.empty();
            put(
                    new ManifestKey(
                            ManifestKind.RESOURCE,
                            type.shortName() + "-" + name.replace('/', '-') + "-" + SELECTORS.indexOf(nodes)),
                    nodes,
                    new Spec.RawResource(type, name, message(type, name), ttl));
        }

        private Message message(ResourceType type, String name) {
            if (type == ResourceType.CLUSTER && random.nextBoolean()) {
                return Cluster.newBuilder()
                        .setName(name)
                        .setType(Cluster.DiscoveryType.EDS)
                        .setEdsClusterConfig(
                                Cluster.EdsClusterConfig.newBuilder().setServiceName(anyName()))
                        .build();
            }
            if (type == ResourceType.SCOPED_ROUTE && random.nextBoolean()) {
                return ScopedRouteConfiguration.newBuilder()
                        .setName(name)
                        .setRouteConfigurationName(anyName())
                        .build();
            }
            return TestingResources.message(type, name, random.nextInt(3));
        }

        private void put(ManifestKey key, NodeSelector nodes, Spec spec) {
            dirtyManifests.add(key);
            manifests = random.nextInt(3) == 0
                    ? manifests.minus(key)
                    : manifests.plus(
                            key,
                            new DeclaredManifest(
                                    new Manifest(key, nodes, new TreeMap<>(), spec),
                                    new Revision(revision),
                                    Instant.EPOCH,
                                    "test"));
        }

        /** Holds back a version that some group has, or lets one go. */
        private void holdBack() {
            if (!held.isEmpty() && random.nextBoolean()) {
                String version = held.keySet().iterator().next();
                Quarantine.@Nullable HeldBack released = held.remove(version);
                if (released != null) {
                    dirtyHeld.add(released.resource());
                }
                return;
            }
            List<Resource> all = snapshots.values().stream()
                    .flatMap(snapshot -> snapshot.sets().values().stream())
                    .flatMap(set -> set.all().stream())
                    .toList();
            if (all.isEmpty()) {
                return;
            }
            Resource bad = all.get(random.nextInt(all.size()));
            Quarantine.ResourceName name = new Quarantine.ResourceName(bad.type(), bad.name());
            Optional<Resource> instead = random.nextBoolean() && bad.type() != ResourceType.LOCALITY_ENDPOINT
                    ? Optional.of(TestingResources.of(bad.type(), bad.name(), 99))
                    : Optional.empty();
            List<Resource> companions = random.nextBoolean()
                    ? List.of(TestingResources.of(ResourceType.CLUSTER, "companion", 99))
                    : List.of();
            held.put(bad.version(), new Quarantine.HeldBack(name, bad.version(), instead, companions));
            dirtyHeld.add(name);
        }

        private String anyName() {
            return List.of("a", "b", "c").get(random.nextInt(3));
        }
    }
}
