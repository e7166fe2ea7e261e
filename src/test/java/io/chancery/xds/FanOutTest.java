package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.EndpointId;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.Precondition;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotListener;
import io.chancery.snapshot.SnapshotSource;
import io.chancery.store.Stores;
import io.chancery.xds.TestingXdsClient.Received;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients, many writers: everybody ends with what is registered. */
class FanOutTest {

    private static final ServiceName CART = new ServiceName("cart");

    private final MockClock clock = new MockClock();
    private final TestingControlPlane controlPlane = new TestingControlPlane(
            Stores.inMemory(() -> Instant.ofEpochMilli(clock.wallTime()), new SimpleMeterRegistry()),
            new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock));

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void fiftyClientsWithNodesOfTheirOwnGetEveryChangeAndALateOneTheStateAtOnce(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        List<TestingXdsClient> clients = IntStream.range(0, 50)
                .mapToObj(i -> controlPlane.ads(variant).withNode("edge-" + i))
                .toList();
        clients.forEach(client -> client.ask(EDS, "cart"));
        clients.forEach(client -> assertThat(client.nextAcked().targets("cart")).hasSize(1));

        for (int i = 2; i <= 5; i++) {
            controlPlane.register("cart", "10.0.0." + i + ":80");
            int expected = i;
            clients.forEach(
                    client -> assertThat(client.nextAcked().targets("cart")).hasSize(expected));
        }

        TestingXdsClient late = controlPlane.ads(variant).withNode("late");
        late.ask(EDS, "cart");
        assertThat(late.next().targets("cart")).hasSize(5);
        clients.forEach(TestingXdsClient::isQuiet);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void nothingIsSentForThreeMinutesInWhichNothingChanges(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        client.nextAcked();
        client.ask(EDS, "cart");
        client.nextAcked();

        for (int second = 0; second < 180; second++) {
            clock.add(Duration.ofSeconds(1));
            controlPlane.register("cart", "10.0.0.1:80");
        }
        client.isQuiet();
    }

    @Test
    void twoClientsThatWantDifferentServicesEachGetTheirOwn() {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.2:80");
        TestingXdsClient one = controlPlane.ads(Variant.SOTW);
        TestingXdsClient other = controlPlane.ads(Variant.DELTA);
        one.ask(EDS, "a", "unknown");
        other.ask(EDS, "b");

        assertThat(one.nextAcked().resources()).containsOnlyKeys("a");
        assertThat(other.nextAcked().resources()).containsOnlyKeys("b");
        controlPlane.register("b", "10.0.0.3:80");
        assertThat(other.next().resources()).containsOnlyKeys("b");
        one.isQuiet();
    }

    @Test
    void whenTheLastEndpointLeavesAnEmptyAssignmentIsSent() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(EDS, "cart");
        client.nextAcked();
        controlPlane.deregister("cart", "10.0.0.1:80");

        Received last = client.next();
        assertThat(last.resources()).containsOnlyKeys("cart");
        assertThat(last.targets("cart")).isEmpty();
    }

    /** Even threads register their endpoints; odd ones register theirs and then remove every second. */
    @Test
    void sixtyFourThreadsLeaveExactlyWhatTheyRegisteredAndEveryClientSeesIt() throws Exception {
        int threads = 64;
        int each = 10_000 / threads;
        List<TestingXdsClient> clients = new ArrayList<>();
        for (Variant variant : Variant.values()) {
            TestingXdsClient client = controlPlane.ads(variant);
            client.ask(EDS, "cart");
            clients.add(client);
        }
        Set<String> expected = new TreeSet<>();
        try (ExecutorService writers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                List<String> own = new ArrayList<>();
                for (int i = 0; i < each; i++) {
                    own.add("10." + thread + "." + i / 250 + "." + (i % 250 + 1) + ":80");
                }
                boolean removes = thread % 2 == 1;
                IntStream.range(0, each).filter(i -> !removes || i % 2 == 0).forEach(i -> expected.add(own.get(i)));
                running.add(writers.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        controlPlane.register("cart", own.get(i));
                    }
                    for (int i = 1; removes && i < each; i += 2) {
                        controlPlane.registry.deregister(CART, new EndpointId(own.get(i)), Precondition.NONE);
                    }
                }));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }

        assertThat(controlPlane
                        .registry
                        .view()
                        .service(CART)
                        .orElseThrow()
                        .endpoints()
                        .keySet())
                .extracting(EndpointId::value)
                .containsExactlyInAnyOrderElementsOf(expected);
        for (TestingXdsClient client : clients) {
            Set<String> seen = Set.of();
            while (!seen.equals(expected)) {
                Received received = client.nextAcked();
                seen = received.resources().isEmpty() ? Set.of() : new HashSet<>(received.targets("cart"));
            }
            client.isQuiet();
        }
    }

    @Test
    void convergenceIsTheTimeToTheLastAnswer() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient quick = controlPlane.ads(Variant.DELTA);
        TestingXdsClient slow = controlPlane.ads(Variant.DELTA);
        quick.ask(EDS, "cart");
        slow.ask(EDS, "cart");
        quick.nextAcked();
        slow.nextAcked();
        controlPlane.settle();

        controlPlane.register("cart", "10.0.0.2:80");
        quick.nextAcked();
        Received received = slow.next();
        controlPlane.settle();
        assertThat(convergences()).isZero();
        clock.add(Duration.ofMillis(250));
        slow.ack(received);
        controlPlane.settle();

        assertThat(convergences()).isEqualTo(1);
        assertThat(controlPlane.meters.get("chancery.xds.convergence").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(250);
    }

    @Test
    void aStreamThatClosesIsNoLongerWaitedFor() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(EDS, "cart");
        client.nextAcked();
        controlPlane.register("cart", "10.0.0.2:80");
        client.next();
        client.cancel();
        controlPlane.settle();

        assertThat(convergences()).isEqualTo(1);
    }

    private long convergences() {
        return controlPlane.meters.get("chancery.xds.convergence").timer().count();
    }

    @Test
    void o24AStreamIsNotAnsweredBeforeTheStateIsLoaded() {
        List<Runnable> held = new ArrayList<>();
        SnapshotSource loading = new SnapshotSource() {
            @Override
            public void addListener(SnapshotListener listener) {
                controlPlane.publisher.addListener(listener);
            }

            @Override
            public Demand connect(SnapshotClient client, Runnable current) {
                held.add(current);
                return () -> {};
            }

            @Override
            public boolean isAwaited(Revision revision) {
                return false;
            }
        };
        controlPlane.register("cart", "10.0.0.1:80");
        try (TestingControlPlane blocked = controlPlane.behind(loading)) {
            TestingXdsClient client = blocked.ads(Variant.SOTW);
            client.ask(CDS);
            client.isQuiet();

            held.forEach(Runnable::run);
            assertThat(client.next().resources()).containsOnlyKeys("cart");
        }
    }
}
