package io.chancery.xds;

import static io.chancery.model.ResourceType.CLUSTER;
import static io.chancery.model.ResourceType.ENDPOINT;
import static io.chancery.model.ResourceType.LISTENER;
import static io.chancery.model.ResourceType.ROUTE;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.TestingResources;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * O63 and O64 under random change sets, each consistent in itself, over clusters, endpoints, listeners and routes, with a
 * client that answers when it likes: it never has a route to a cluster that it does not have with endpoints.
 */
class SequencePropertyTest {

    private static final int SCHEDULES_IN_A_SEED = 50;

    static Stream<Arguments> seeds() {
        return new SplittableRandom(0x5EC)
                .longs(8)
                .boxed()
                .flatMap(seed -> Stream.of(Variant.values()).map(variant -> Arguments.of(seed, variant)));
    }

    /** Without refusals everything arrives, too, and no grace time is needed for it: time stands still. */
    @ParameterizedTest(name = "seed {0}, {1}")
    @MethodSource("seeds")
    void o64AtEachAcknowledgedPointEveryRoutesClusterIsThereAndAllArrivesWithoutTheGraceTime(
            long seed, Variant variant) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int schedule = 0; schedule < SCHEDULES_IN_A_SEED; schedule++) {
            Schedule run = new Schedule(random.split(), variant, 0);
            run.play();
            run.rest();
            run.assertEverythingArrived();
        }
    }

    @ParameterizedTest(name = "seed {0}, {1}")
    @MethodSource("seeds")
    void o63WithRefusalsTooNoRouteLosesItsCluster(long seed, Variant variant) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int schedule = 0; schedule < SCHEDULES_IN_A_SEED; schedule++) {
            Schedule run = new Schedule(random.split(), variant, 5);
            run.play();
            run.rest();
        }
    }

    /** What the operator has declared. */
    private static final class Declared {

        final Map<String, Integer> clusters = new TreeMap<>();
        final Map<String, Integer> endpoints = new TreeMap<>();
        final Map<String, Set<String>> routes = new TreeMap<>();

        /** The route table or, after a colon, the cluster that each names. */
        final Map<String, String> listeners = new TreeMap<>();

        Map<ResourceType, ResourceSet> toSets() {
            Map<ResourceType, List<Message>> messages = new EnumMap<>(ResourceType.class);
            messages.put(CLUSTER, new ArrayList<>());
            messages.put(ENDPOINT, new ArrayList<>());
            messages.put(ROUTE, new ArrayList<>());
            messages.put(LISTENER, new ArrayList<>());
            clusters.forEach((name, content) -> list(messages, CLUSTER).add(TestingMessages.edsCluster(name, content)));
            endpoints.forEach(
                    (name, content) -> list(messages, ENDPOINT).add(TestingResources.message(ENDPOINT, name, content)));
            routes.forEach((name, targets) ->
                    list(messages, ROUTE).add(TestingMessages.routes(name, targets.toArray(String[]::new))));
            listeners.forEach((name, target) -> list(messages, LISTENER)
                    .add(
                            target.startsWith(":")
                                    ? TestingMessages.tcpListener(name, target.substring(1))
                                    : TestingMessages.httpListener(name, target)));
            Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
            messages.forEach((type, all) -> {
                ResourceSet set = ResourceSet.EMPTY;
                for (Message message : all) {
                    set = TestingResources.with(set, type, message);
                }
                sets.put(type, set);
            });
            return sets;
        }

        private static List<Message> list(Map<ResourceType, List<Message>> messages, ResourceType type) {
            return Objects.requireNonNull(messages.get(type));
        }
    }

    private static final class Schedule {

        private final SplittableRandom random;
        private final Variant variant;

        /** One in so many responses is refused; 0 for none. */
        private final int refusals;

        private final TestingPartition server = new TestingPartition();
        private final TestingCall call;
        private final Declared declared = new Declared();
        private final Map<ResourceType, Map<String, Resource>> accepted = new EnumMap<>(ResourceType.class);
        private final Map<ResourceType, Set<String>> subscribed = new EnumMap<>(ResourceType.class);
        private final Map<ResourceType, String> nonces = new EnumMap<>(ResourceType.class);
        private final Map<ResourceType, String> versions = new EnumMap<>(ResourceType.class);
        /** Under way to the server. */
        private final Deque<Runnable> requests = new ArrayDeque<>();

        private int fresh;

        Schedule(SplittableRandom random, Variant variant, int refusals) {
            this.random = random;
            this.variant = variant;
            this.refusals = refusals;
            for (ResourceType type : List.of(CLUSTER, ENDPOINT, LISTENER, ROUTE)) {
                accepted.put(type, new HashMap<>());
                subscribed.put(type, new TreeSet<>());
            }
            for (int i = 0; i < 3; i++) {
                addCluster();
            }
            declared.routes.put("rc-0", Set.of(anyCluster()));
            declared.listeners.put("l-0", "rc-0");
            server.publish(declared.toSets());
            call = server.open(variant);
            ask(CLUSTER, Set.of(), Set.of());
            ask(LISTENER, Set.of(), Set.of());
        }

        void play() {
            for (int step = 0; step < 60; step++) {
                switch (random.nextInt(7)) {
                    case 0 -> change();
                    case 1, 2, 3 -> takeResponse();
                    default -> deliverRequest();
                }
            }
        }

        void rest() {
            while (!call.responses.isEmpty() || !requests.isEmpty()) {
                takeResponse();
                deliverRequest();
            }
            server.close();
        }

        private void change() {
            if (random.nextInt(4) == 0) {
                changeEndpointsAlone();
                return;
            }
            for (int i = random.nextInt(3); i >= 0; i--) {
                switch (random.nextInt(7)) {
                    case 0 -> addCluster();
                    case 1 -> declared.clusters.merge(anyCluster(), 1, Integer::sum);
                    case 2 -> declared.endpoints.merge(anyCluster(), 1, Integer::sum);
                    case 3, 4 -> replaceCluster();
                    case 5 ->
                        declared.routes.put(
                                "rc-" + random.nextInt(3), new TreeSet<>(List.of(anyCluster(), anyCluster())));
                    default -> declared.listeners.put("l-" + random.nextInt(3), anyTarget());
                }
            }
            server.publish(declared.toSets());
        }

        private void changeEndpointsAlone() {
            String name = anyCluster();
            boolean wanted = Objects.requireNonNull(subscribed.get(ENDPOINT)).contains(name);
            boolean busy = !call.responses.isEmpty() || !requests.isEmpty();
            declared.endpoints.merge(name, 1, Integer::sum);
            server.publish(declared.toSets());
            if (wanted && !busy) {
                assertThat(call.responses)
                        .as("endpoints wait for nothing")
                        .anyMatch(response -> isOf(response, ENDPOINT));
            }
        }

        private void addCluster() {
            fresh++;
            declared.clusters.put("c-" + fresh, 0);
            declared.endpoints.put("c-" + fresh, 0);
        }

        /** In one change set: another cluster takes the place of one, wherever that is named, and that one goes. */
        private void replaceCluster() {
            String old = anyCluster();
            if (random.nextBoolean()) {
                addCluster();
            }
            List<String> others = new ArrayList<>(declared.clusters.keySet());
            others.remove(old);
            if (others.isEmpty()) {
                return;
            }
            String other = others.get(random.nextInt(others.size()));
            declared.routes.replaceAll((_, targets) -> {
                Set<String> next = new TreeSet<>(targets);
                if (next.remove(old)) {
                    next.add(other);
                }
                return next;
            });
            declared.listeners.replaceAll((_, target) -> target.equals(":" + old) ? ":" + other : target);
            declared.clusters.remove(old);
            declared.endpoints.remove(old);
        }

        private String anyCluster() {
            List<String> names = new ArrayList<>(declared.clusters.keySet());
            return names.get(random.nextInt(names.size()));
        }

        private String anyTarget() {
            if (random.nextBoolean()) {
                return ":" + anyCluster();
            }
            List<String> names = new ArrayList<>(declared.routes.keySet());
            return names.get(random.nextInt(names.size()));
        }

        private void deliverRequest() {
            if (!requests.isEmpty()) {
                requests.removeFirst().run();
            }
        }

        /** Accepts or refuses the next response; the answer is then under way. */
        private void takeResponse() {
            if (call.responses.isEmpty()) {
                return;
            }
            EncodedResponse response = call.responses.removeFirst();
            ResourceType type = typeOf(response);
            nonces.put(type, response.nonce());
            if (refusals > 0 && random.nextInt(refusals) == 0) {
                reply(type, Optional.of("no"));
                return;
            }
            versions.put(type, response.content().version());
            accept(type, response.content());
            reply(type, Optional.empty());
            assertNoRouteIsWithoutItsCluster();
            subscribeToWhatIsNamed();
        }

        private void accept(ResourceType type, Content content) {
            Map<String, Resource> has = has(type);
            if (variant == Variant.SOTW && type.isWhole()) {
                has.clear();
            }
            for (Resource resource : content.resources()) {
                // What crossed its unsubscription is passed over.
                if (type.isWhole()
                        || Objects.requireNonNull(subscribed.get(type)).contains(resource.name())) {
                    has.put(resource.name(), resource);
                }
            }
            content.removed().forEach(has::remove);
        }

        private void reply(ResourceType type, Optional<String> refusal) {
            String nonce = Objects.requireNonNull(nonces.get(type));
            send(
                    type,
                    variant == Variant.SOTW
                            ? new ClientRequest(nonce, versions.getOrDefault(type, ""), refusal, exactly(type))
                            : new ClientRequest(nonce, "", refusal, change(Set.of(), Set.of())));
        }

        private void assertNoRouteIsWithoutItsCluster() {
            for (ResourceType type : List.of(ROUTE, LISTENER)) {
                for (Resource resource : has(type).values()) {
                    for (var reference : resource.references()) {
                        if (reference.type() == CLUSTER) {
                            assertThat(has(CLUSTER))
                                    .as("clusters for " + resource)
                                    .containsKey(reference.name());
                            assertThat(has(ENDPOINT))
                                    .as("endpoints for " + resource)
                                    .containsKey(reference.name());
                        }
                    }
                }
            }
        }

        /** As Envoy does: endpoints for each cluster, routes for each listener; what is no longer named is let go. */
        private void subscribeToWhatIsNamed() {
            subscribe(ENDPOINT, named(CLUSTER, ENDPOINT));
            subscribe(ROUTE, named(LISTENER, ROUTE));
        }

        private Set<String> named(ResourceType by, ResourceType type) {
            Set<String> names = new TreeSet<>();
            has(by).values().stream()
                    .flatMap(resource -> resource.references().stream())
                    .filter(reference -> reference.type() == type)
                    .forEach(reference -> names.add(reference.name()));
            return names;
        }

        private void subscribe(ResourceType type, Set<String> names) {
            Set<String> before = Objects.requireNonNull(subscribed.get(type));
            Set<String> more = new HashSet<>(names);
            more.removeAll(before);
            Set<String> less = new HashSet<>(before);
            less.removeAll(names);
            if (!more.isEmpty() || !less.isEmpty()) {
                before.removeAll(less);
                before.addAll(more);
                has(type).keySet().removeAll(less);
                ask(type, more, less);
            }
        }

        private void ask(ResourceType type, Set<String> more, Set<String> less) {
            send(
                    type,
                    variant == Variant.SOTW
                            ? new ClientRequest(
                                    nonces.getOrDefault(type, ""),
                                    versions.getOrDefault(type, ""),
                                    Optional.empty(),
                                    exactly(type))
                            : new ClientRequest("", "", Optional.empty(), change(more, less)));
        }

        private void send(ResourceType type, ClientRequest request) {
            requests.add(() -> call.request(type, request));
        }

        private ClientRequest.Interest exactly(ResourceType type) {
            return TestingRequests.exactly(Objects.requireNonNull(subscribed.get(type)));
        }

        private static ClientRequest.Interest change(Set<String> more, Set<String> less) {
            return new ClientRequest.Interest.Change(new LinkedHashSet<>(more), new LinkedHashSet<>(less), Map.of());
        }

        void assertEverythingArrived() {
            for (ResourceType type : List.of(CLUSTER, LISTENER)) {
                assertThat(has(type).values())
                        .containsExactlyInAnyOrderElementsOf(
                                server.inForce(type).all());
            }
            for (ResourceType type : List.of(ENDPOINT, ROUTE)) {
                for (String name : Objects.requireNonNull(subscribed.get(type))) {
                    assertThat(has(type).get(name))
                            .as(type + " " + name)
                            .isEqualTo(server.inForce(type).get(name));
                }
            }
        }

        private Map<String, Resource> has(ResourceType type) {
            return Objects.requireNonNull(accepted.get(type));
        }

        private static boolean isOf(EncodedResponse response, ResourceType type) {
            return typeOf(response) == type;
        }

        private static ResourceType typeOf(EncodedResponse response) {
            return response.content().type().type().orElseThrow();
        }
    }
}
