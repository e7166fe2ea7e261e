package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.TestingResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random schedules of a client that follows the protocol's text, against random changes, with requests and responses that
 * cross: at rest the client holds what the server has of what it wants.
 */
class ConversationPropertyTest {

    private static final int SCHEDULES_IN_A_SEED = 100;

    static Stream<Arguments> seeds() {
        return new SplittableRandom(0xC0FFEE)
                .longs(10)
                .boxed()
                .flatMap(seed -> Stream.of(Variant.values())
                        .flatMap(variant ->
                                Stream.of(ResourceType.values()).map(type -> Arguments.of(seed, variant, type))));
    }

    @ParameterizedTest(name = "seed {0}, {1}, {2}")
    @MethodSource("seeds")
    void atRestTheClientHoldsWhatItWants(long seed, Variant variant, ResourceType type) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int schedule = 0; schedule < SCHEDULES_IN_A_SEED; schedule++) {
            new Schedule(random.split(), variant, type).run();
        }
    }

    /** One run of one client and one server, with two queues between them. */
    private static final class Schedule {

        private final SplittableRandom random;
        private final Variant variant;
        private final ResourceType type;
        private final ReferenceClient client;
        private final ResponseCache cache = new ResponseCache(new AtomicLong());
        private final Deque<EncodedResponse> responses = new ArrayDeque<>();
        private final Set<String> nonces = new HashSet<>();
        private ResourceSet current = ResourceSet.EMPTY;
        private Conversation server;
        private int sent;
        private int causes;

        Schedule(SplittableRandom random, Variant variant, ResourceType type) {
            this.random = random;
            this.variant = variant;
            this.type = type;
            boolean withoutNames = ServedType.of(type.typeUrl()).isSubscribedToWithoutNames(variant);
            this.client = new ReferenceClient(variant, withoutNames, type.isWhole());
            this.server = fresh();
        }

        void run() {
            client.wildcard = client.everythingWithoutNames && random.nextBoolean();
            client.connect(false);
            for (int step = 0; step < 120; step++) {
                switch (random.nextInt(10)) {
                    case 0, 1, 2 -> change();
                    case 3 -> interest();
                    case 4, 5, 6 -> deliverRequest();
                    case 7, 8 -> deliverResponse(random.nextInt(6) == 0);
                    default -> {
                        if (random.nextInt(8) == 0) {
                            reconnect();
                        }
                    }
                }
            }
            while (!client.outbox.isEmpty() || !responses.isEmpty()) {
                deliverRequest();
                deliverResponse(false);
            }
            client.has.keySet().removeIf(name -> !client.wants(name));
            assertThat(client.has).isEqualTo(expected());
            assertThat(sent).as("responses").isLessThanOrEqualTo(causes);
        }

        private static final XdsMetrics METRICS = new XdsMetrics(new SimpleMeterRegistry());
        private static final Conversation.Terms TERMS =
                new Conversation.Terms(Gate.OPEN, _ -> true, Content.Form.PLAIN, 0, 0);

        private Conversation fresh() {
            nonces.clear();
            ServedType served = ServedType.of(type.typeUrl());
            return new Conversation(variant, served, METRICS.of(served, variant), new Awaited("node", () -> 0));
        }

        private void change() {
            String name = name();
            current = random.nextInt(3) == 0
                    ? TestingResources.without(current, name)
                    : TestingResources.with(current, type, name, random.nextInt(3));
            causes++;
            if (server.subscription().wants(name)) {
                server.changed(name);
                flush();
            }
        }

        private void interest() {
            String name = random.nextInt(5) == 0 ? "*" : name();
            if (random.nextBoolean()) {
                client.subscribe(name);
            } else if (name.equals("*") ? client.wildcard : client.names.contains(name)) {
                client.unsubscribe(name);
            }
        }

        private void reconnect() {
            responses.clear();
            server = fresh();
            client.connect(random.nextBoolean());
        }

        private void deliverRequest() {
            if (!client.outbox.isEmpty()) {
                causes++;
                server.request(client.outbox.removeFirst());
                flush();
            }
        }

        private void deliverResponse(boolean refused) {
            if (responses.isEmpty()) {
                return;
            }
            EncodedResponse response = responses.removeFirst();
            if (refused) {
                client.refuse(response, random.nextBoolean());
            } else {
                client.accept(response);
            }
        }

        private void flush() {
            server.next(current, TERMS).ifPresent(content -> {
                EncodedResponse response = cache.encoded(content, server.lastSequence());
                assertThat(nonces.add(response.nonce()))
                        .as("a nonce of its own")
                        .isTrue();
                assertThat(responses).as("one response under way").isEmpty();
                server.sent(response);
                responses.add(response);
                sent++;
            });
        }

        /** What is in force of what is wanted, but for what was refused; a deletion that the variant does not tell stays. */
        private Map<String, String> expected() {
            Map<String, String> expected = new TreeMap<>();
            for (Resource resource : current.all()) {
                String name = resource.name();
                if (client.wants(name) && !client.refused.contains(resource.version())) {
                    expected.put(name, resource.version());
                }
            }
            client.has.forEach((name, version) -> {
                Resource inForce = current.get(name);
                boolean refusedInForce = inForce != null && client.refused.contains(inForce.version());
                boolean untold = inForce == null && variant == Variant.SOTW && !type.isWhole();
                if (refusedInForce || untold) {
                    expected.put(name, version);
                }
            });
            return expected;
        }

        private String name() {
            return List.of("a", "b", "c", "d", "e").get(random.nextInt(5));
        }
    }
}
