package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("concurrency")
class EndpointRegistryConcurrencyTest {

    private static final int THREADS = 64;
    private static final int ENDPOINTS = 10_000;
    private static final ServiceName CART = new ServiceName("cart");

    /** Each thread registers its share, removes every third of it, and all meet in one service. */
    @Test
    void sixtyFourThreadsLeaveExactlyWhatTheyShould() throws Exception {
        AtomicLong lastTold = new AtomicLong();
        AtomicLong disorder = new AtomicLong();
        try (Store store = Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry());
                EndpointRegistry registry = new EndpointRegistry(store, ENDPOINTS, new SimpleMeterRegistry());
                ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            registry.addListener((view, _) -> {
                if (lastTold.getAndSet(view.revision().value())
                        >= view.revision().value()) {
                    disorder.incrementAndGet();
                }
            });
            List<Callable<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int own = thread;
                work.add(() -> share(registry, own));
            }
            int commits = 0;
            for (Future<Integer> done : threads.invokeAll(work)) {
                commits += done.get();
            }

            TreeSet<EndpointId> expected = new TreeSet<>();
            for (int i = 0; i < ENDPOINTS; i++) {
                if (i % 3 != 0) {
                    expected.add(endpoint(i).id());
                }
            }
            ServiceView cart = registry.view().service(CART).orElseThrow();
            assertThat(cart.endpoints().keySet()).isEqualTo(expected);
            assertThat(registry.view().endpointCount()).isEqualTo(expected.size());
            assertThat(registry.view().revision()).isEqualTo(new Revision(commits));
            assertThat(disorder).hasValue(0);
        }
    }

    private static int share(EndpointRegistry registry, int thread) {
        int commits = 0;
        for (int i = thread; i < ENDPOINTS; i += THREADS) {
            Endpoint endpoint = endpoint(i);
            if (registry.register(CART, endpoint, Precondition.NONE) instanceof RegisterResult.Added) {
                commits++;
            }
            assertThat(registry.view().service(CART).orElseThrow().endpoints()).containsKey(endpoint.id());
            if (i % 3 == 0
                    && registry.deregister(CART, endpoint.id(), Precondition.NONE)
                            instanceof DeregisterResult.Removed) {
                commits++;
            }
        }
        return commits;
    }

    private static Endpoint endpoint(int index) {
        return Endpoint.of(HostPort.parse("10.0." + index / 250 + '.' + (1 + index % 250) + ":8080"));
    }
}
