package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.TestingResources;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The protocol as a model, over all types at once: two clients of one server, which want the same and use the one variant
 * and the other, against random adds, changes and deletions; requests and responses cross, the clients refuse, leave with
 * and without what they have, and read slowly. At rest each has what is in force of what it wants.
 *
 * <p>{@code -Dmodel.schedules=200000} plays more than a build does.
 */
class StreamPropertyTest {

    private static final int SCHEDULES = Integer.getInteger("model.schedules", 2_400);
    private static final int SEEDS = 24;
    private static final List<ResourceType> TYPES = List.of(ResourceType.values());

    static Stream<Arguments> seeds() {
        SplittableRandom random = new SplittableRandom(0x5EED);
        return IntStream.range(0, SEEDS).mapToObj(_ -> Arguments.of(random.nextLong(), Math.max(1, SCHEDULES / SEEDS)));
    }

    @ParameterizedTest(name = "seed {0}, {1} schedules")
    @MethodSource("seeds")
    void atRestBothVariantsHaveWhatIsInForceOfWhatTheyWant(long seed, int schedules) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int schedule = 0; schedule < schedules; schedule++) {
            new Schedule(random.split()).play();
        }
    }

    private static final class Schedule {

        private final SplittableRandom random;
        private final TestingPartition server = new TestingPartition();
        private final List<ModelStream> streams;

        Schedule(SplittableRandom random) {
            this.random = random;
            streams = Stream.of(Variant.values())
                    .map(variant -> new ModelStream(server, variant, random.split()))
                    .toList();
            for (ResourceType type : ResourceType.values()) {
                boolean everything = type.isWhole() && random.nextBoolean();
                streams.forEach(stream -> stream.begin(type, everything));
            }
        }

        void play() {
            for (int step = 0; step < 150; step++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2 -> change();
                    case 3, 4 -> interest();
                    default -> streams.forEach(ModelStream::step);
                }
            }
            streams.forEach(ModelStream::rest);
            server.passGraceTime();
            streams.forEach(ModelStream::rest);
            streams.forEach(ModelStream::assertAtRest);
            assertEqualInBothVariants();
            server.close();
        }

        /** One to three resources, of any types, in one change set. */
        private void change() {
            Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
            for (int i = random.nextInt(3); i >= 0; i--) {
                ResourceType type = anyType();
                ResourceSet before = sets.getOrDefault(type, server.inForce(type));
                String name = anyName(type);
                sets.put(
                        type,
                        random.nextInt(3) == 0
                                ? TestingResources.without(before, name)
                                : TestingResources.with(before, type, name, random.nextInt(3)));
            }
            server.publish(sets);
        }

        private void interest() {
            ResourceType type = anyType();
            String name = switch (random.nextInt(6)) {
                case 0 -> "*";
                case 1 -> type == ResourceType.LOCALITY_ENDPOINT ? "xdstp://model/type/pool/*" : anyName(type);
                default -> anyName(type);
            };
            boolean more = random.nextBoolean();
            streams.forEach(stream -> stream.interest(type, name, more));
        }

        private ResourceType anyType() {
            return TYPES.get(random.nextInt(TYPES.size()));
        }

        private String anyName(ResourceType type) {
            String name = List.of("a", "b", "c").get(random.nextInt(3));
            return switch (type) {
                case VIRTUAL_HOST -> "ab".charAt(random.nextInt(2)) + "/" + name;
                case LOCALITY_ENDPOINT -> "xdstp://model/type/pool/" + name;
                case CLUSTER, ENDPOINT, LISTENER, ROUTE, SCOPED_ROUTE, SECRET, RUNTIME, EXTENSION_CONFIG -> name;
            };
        }

        /** But for what one of them refused, and for what is gone, of which one variant is not always told. */
        private void assertEqualInBothVariants() {
            ModelStream one = streams.getFirst();
            ModelStream other = streams.getLast();
            for (ResourceType type : ResourceType.values()) {
                if (one.speaksOf(type) && other.speaksOf(type)) {
                    for (Resource resource : server.inForce(type).all()) {
                        if (!one.refused(resource) && !other.refused(resource)) {
                            assertThat(one.version(resource))
                                    .as(resource.toString())
                                    .isEqualTo(other.version(resource));
                        }
                    }
                }
            }
        }
    }

    /** One client, with the requests and responses between it and the server. */
    private static final class ModelStream {

        private final TestingPartition server;
        private final Variant variant;
        private final SplittableRandom random;
        private final Map<ResourceType, ReferenceClient> clients = new EnumMap<>(ResourceType.class);
        /** Under way to the server; a stream keeps their order over all types. */
        private final Deque<Request> requests = new ArrayDeque<>();

        private TestingCall call;

        private record Request(ResourceType type, ClientRequest request) {}

        /** Whole types of which the server does not know what the client brought from another stream. */
        private final Set<ResourceType> unknown = EnumSet.noneOf(ResourceType.class);

        /** Of these such a client refused the first response: it is then left alone until something changes. */
        private final Set<ResourceType> unsettled = EnumSet.noneOf(ResourceType.class);

        /** A client that lets go of what it no longer wants has nothing of what it was not told to delete. */
        private final Set<ResourceType> lastRefused = EnumSet.noneOf(ResourceType.class);

        ModelStream(TestingPartition server, Variant variant, SplittableRandom random) {
            this.server = server;
            this.variant = variant;
            this.random = random;
            this.call = server.open(variant);
            for (ResourceType type : ResourceType.values()) {
                // Virtual hosts come by delta only.
                if (variant == Variant.DELTA || type != ResourceType.VIRTUAL_HOST) {
                    boolean withoutNames = type.isWhole() || type == ResourceType.VIRTUAL_HOST;
                    clients.put(type, new ReferenceClient(variant, withoutNames, type.isWhole()));
                }
            }
        }

        boolean speaksOf(ResourceType type) {
            return clients.containsKey(type);
        }

        private ReferenceClient client(ResourceType type) {
            return Objects.requireNonNull(clients.get(type));
        }

        void begin(ResourceType type, boolean everything) {
            if (speaksOf(type)) {
                client(type).wildcard = everything;
                client(type).connect(false);
                send();
            }
        }

        /** What the clients of single types have to say goes under way. */
        private void send() {
            clients.forEach((type, client) -> {
                while (!client.outbox.isEmpty()) {
                    requests.add(new Request(type, client.outbox.removeFirst()));
                }
            });
        }

        void interest(ResourceType type, String name, boolean more) {
            if (!speaksOf(type)) {
                return;
            }
            ReferenceClient client = client(type);
            if (more) {
                client.subscribe(name);
            } else if (name.equals("*") ? client.wildcard : client.names.contains(name)) {
                client.unsubscribe(name);
            }
            giveUpHosts();
            send();
        }

        void step() {
            switch (random.nextInt(24)) {
                case 0 -> reconnect();
                case 1 -> call.stopReading();
                case 2, 3 -> call.readOn();
                case 4, 5, 6, 7, 8, 9, 10, 11 -> takeResponse(random.nextInt(6) == 0);
                default -> deliverRequest();
            }
        }

        void rest() {
            call.readOn();
            while (!call.responses.isEmpty() || !requests.isEmpty()) {
                deliverRequest();
                takeResponse(false);
            }
        }

        private void deliverRequest() {
            if (!requests.isEmpty()) {
                Request next = requests.removeFirst();
                call.request(next.type(), next.request());
            }
        }

        private void takeResponse(boolean refused) {
            if (call.responses.isEmpty()) {
                return;
            }
            EncodedResponse response = call.responses.removeFirst();
            ResourceType type = response.content().type().type().orElseThrow();
            ReferenceClient client = client(type);
            if (!refused) {
                unsettled.remove(type);
                unknown.remove(type);
                lastRefused.remove(type);
                client.accept(response);
            } else if (client.refuse(response, random.nextBoolean())) {
                lastRefused.add(type);
                if (unknown.contains(type)) {
                    unsettled.add(type);
                }
            }
            giveUpHosts();
            send();
        }

        private void reconnect() {
            call.stream().detach();
            requests.clear();
            call = server.open(variant);
            unsettled.clear();
            unknown.clear();
            if (variant == Variant.SOTW) {
                unknown.addAll(clients.keySet());
                unknown.removeIf(type -> !type.isWhole());
            }
            boolean remembers = random.nextBoolean();
            clients.values().forEach(client -> client.connect(remembers));
            send();
        }

        void assertAtRest() {
            assertThat(call.sent())
                    .as("responses, each of which has a cause")
                    .isLessThanOrEqualTo(call.received() + server.changedTypes() + call.sentOf(ResourceType.ROUTE));
            clients.forEach((type, client) -> {
                client.has.keySet().removeIf(name -> !wants(type, name));
                if (!unsettled.contains(type)) {
                    assertThat(client.has).as(variant + " " + type).isEqualTo(expected(type, client));
                }
            });
        }

        /** With its routes a client gives up their hosts. */
        private void giveUpHosts() {
            if (speaksOf(ResourceType.VIRTUAL_HOST)) {
                client(ResourceType.VIRTUAL_HOST)
                        .has
                        .keySet()
                        .removeIf(name -> !wants(ResourceType.VIRTUAL_HOST, name));
            }
        }

        /** Without a name a client wants the hosts of its routes only. */
        private boolean wants(ResourceType type, String name) {
            ReferenceClient client = client(type);
            return type == ResourceType.VIRTUAL_HOST
                    ? client.names.contains(name)
                            || (client.wildcard
                                    && client(ResourceType.ROUTE).wants(name.substring(0, name.indexOf('/'))))
                    : client.wants(name);
        }

        /** What is in force of what is wanted, but for what was refused; a deletion that the variant does not tell stays. */
        private Map<String, String> expected(ResourceType type, ReferenceClient client) {
            ResourceSet current = server.inForce(type);
            Map<String, String> expected = new TreeMap<>();
            for (Resource resource : current.all()) {
                if (wants(type, resource.name()) && !client.refused.contains(resource.version())) {
                    expected.put(resource.name(), resource.version());
                }
            }
            client.has.forEach((name, version) -> {
                Resource inForce = current.get(name);
                boolean refusedInForce = inForce != null && client.refused.contains(inForce.version());
                boolean untold =
                        inForce == null && variant == Variant.SOTW && (!type.isWhole() || lastRefused.contains(type));
                if (refusedInForce || untold) {
                    expected.put(name, version);
                }
            });
            return expected;
        }

        boolean refused(Resource resource) {
            return unsettled.contains(resource.type())
                    || client(resource.type()).refused.contains(resource.version());
        }

        /** What it has under the resource's name. */
        Optional<String> version(Resource resource) {
            return Optional.ofNullable(client(resource.type()).has.get(resource.name()));
        }
    }
}
