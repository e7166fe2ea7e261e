package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.ServiceName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointRegistryPropertyTest {

    private static final int STEPS = 300;

    static LongStream seeds() {
        return new SplittableRandom(0x5EED).longs(50);
    }

    /** Random histories against plain maps: the registry holds what the model holds, also after a restart. */
    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void agreesWithAMapOfMaps(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TestingStore store = new TestingStore();
        EndpointRegistry registry = new EndpointRegistry(store, 1_000, new SimpleMeterRegistry());
        Map<ServiceName, Map<EndpointId, Endpoint>> model = new TreeMap<>();

        for (int step = 0; step < STEPS; step++) {
            ServiceName service = new ServiceName("s" + random.nextInt(4));
            Endpoint endpoint = endpoint(random);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> {
                    registry.register(service, endpoint, Precondition.NONE);
                    model.computeIfAbsent(service, _ -> new TreeMap<>()).put(endpoint.id(), endpoint);
                }
                case 4, 5, 6 -> {
                    registry.deregister(service, endpoint.id(), Precondition.NONE);
                    model.getOrDefault(service, new TreeMap<>()).remove(endpoint.id());
                }
                case 7, 8 -> batch(random, registry, model);
                default -> {
                    boolean removed = registry.removeService(service) instanceof RemoveServiceResult.Removed;
                    assertThat(removed)
                            .isEqualTo(model.containsKey(service)
                                    && model.get(service).isEmpty());
                    if (removed) {
                        model.remove(service);
                    }
                }
            }
            assertThat(contents(registry.view())).isEqualTo(model);
        }
        assertThat(registry.view().endpointCount())
                .isEqualTo(model.values().stream().mapToLong(Map::size).sum());
        assertThat(contents(new EndpointRegistry(store, 1_000, new SimpleMeterRegistry()).view()))
                .isEqualTo(model);
    }

    private static void batch(
            SplittableRandom random, EndpointRegistry registry, Map<ServiceName, Map<EndpointId, Endpoint>> model) {
        List<RegistrationRequest> requests = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            ServiceName service = new ServiceName("s" + random.nextInt(4));
            Endpoint endpoint = endpoint(random);
            if (seen.add(service + "/" + endpoint.id())) {
                if (random.nextBoolean()) {
                    requests.add(new RegistrationRequest.Register(service, endpoint));
                    model.computeIfAbsent(service, _ -> new TreeMap<>()).put(endpoint.id(), endpoint);
                } else {
                    requests.add(new RegistrationRequest.Deregister(service, endpoint.id()));
                    model.getOrDefault(service, new TreeMap<>()).remove(endpoint.id());
                }
            }
        }
        assertThat(registry.applyBatch(requests)).isInstanceOf(BatchResult.Applied.class);
    }

    private static Map<ServiceName, Map<EndpointId, Endpoint>> contents(RegistryView view) {
        Map<ServiceName, Map<EndpointId, Endpoint>> contents = new TreeMap<>();
        view.services().forEach((name, service) -> {
            Map<EndpointId, Endpoint> endpoints = new TreeMap<>();
            service.endpoints().forEach((id, registered) -> endpoints.put(id, registered.endpoint()));
            contents.put(name, endpoints);
        });
        return contents;
    }

    private static Endpoint endpoint(SplittableRandom random) {
        HostPort target = HostPort.parse("10.0.0." + (1 + random.nextInt(6)) + ":80");
        return new Endpoint(
                new EndpointId(target.toString()),
                target,
                1 + random.nextInt(2),
                random.nextBoolean() ? Locality.UNKNOWN : new Locality("eu", "", ""),
                random.nextInt(2),
                random.nextBoolean() ? Map.of() : Map.of("k", "v" + random.nextInt(2)),
                random.nextBoolean() ? EndpointState.ACTIVE : EndpointState.DRAINING);
    }
}
