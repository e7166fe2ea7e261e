package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.TestingResources;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1h of the protocol's obligations: time to live, heartbeats, and names that are asked for on demand. */
class OnDemandObligationsTest {

    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    private static final Node WITHOUT_FEATURES = node();
    private static final Node WITH_TTL = node(ClientNode.TTL, ClientNode.SOTW_TTL);
    private static final Node WITH_TTL_SPELT_OTHERWISE = node(ClientNode.TTL, ClientNode.SOTW_TTL_LONG);

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    private static Node node(String... features) {
        return Node.newBuilder()
                .setId("edge-1")
                .addAllClientFeatures(List.of(features))
                .build();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o78AClientThatDoesNotKnowOfATimeToLiveIsToldOfNone(Way way) {
        declare(way, "a", 1, Optional.of(LONG));
        TestingXdsClient client = way.open(controlPlane).withNode(WITHOUT_FEATURES);
        client.ask(way, "a");

        Received answer = client.nextAcked();
        assertThat(answer.has(way, "a", 1)).isTrue();
        assertThat(answer.ttls()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o78AClientThatKnowsOfItIsToldInEitherSpellingOfTheFeature(Way way) {
        declare(way, "a", 1, Optional.of(LONG));
        declare(way, "b", 1, Optional.empty());
        for (Node node : List.of(WITH_TTL, WITH_TTL_SPELT_OTHERWISE)) {
            TestingXdsClient client = way.open(controlPlane).withNode(node);
            client.ask(way, "a", "b");

            Received answer = client.nextAcked();
            assertThat(answer.has(way, "a", 1)).isTrue();
            assertThat(answer.has(way, "b", 1)).isTrue();
            assertThat(answer.ttls()).containsExactly(Map.entry(way.name("a"), LONG));
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o78InStateOfTheWorldTheSecondFeatureIsNeededToo(Way way) {
        declare(way, "a", 1, Optional.of(LONG));
        TestingXdsClient client = way.open(controlPlane).withNode(node(ClientNode.TTL));
        client.ask(way, "a");

        assertThat(client.nextAcked().ttls()).isEmpty();
    }

    static Stream<Way> heartbeats() {
        return Way.all().filter(way -> way.type() == ResourceType.RUNTIME || way.type() == ResourceType.LISTENER);
    }

    @ParameterizedTest
    @MethodSource("heartbeats")
    void o79AHeartbeatComesWithinTheTimeToLiveAndIsNoUpdate(Way way) {
        declare(way, "a", 1, Optional.of(SHORT));
        declare(way, "b", 1, Optional.empty());
        TestingXdsClient client = way.open(controlPlane).withNode(WITH_TTL);
        client.ask(way, "a", "b");
        Received first = client.nextAcked();
        for (int beat = 0; beat < 2; beat++) {
            Received heartbeat = client.nextAcked();
            assertThat(heartbeat.version()).isEqualTo(first.version());
            assertThat(heartbeat.ttls()).containsExactly(Map.entry("a", SHORT));
            assertThat(heartbeat.removed()).isEmpty();
            if (way.variant() == Variant.SOTW) {
                // Of a whole type what is absent would be deleted; and Envoy drops what comes without a body.
                assertThat(heartbeat.has(way, "a", 1)).isTrue();
                assertThat(heartbeat.resources()).hasSize(way.type().isWhole() ? 2 : 1);
            } else {
                assertThat(heartbeat.resources()).containsExactly(Map.entry("a", Any.getDefaultInstance()));
                assertThat(heartbeat.versions())
                        .containsEntry(
                                "a", Objects.requireNonNull(first.versions().get("a")));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("heartbeats")
    void o79AClientThatDoesNotAnswerIsSentNoMoreHeartbeatsAndTheLatestContentOnceItDoes(Way way) {
        declare(way, "a", 1, Optional.of(SHORT));
        TestingXdsClient client = way.open(controlPlane).withNode(WITH_TTL);
        client.ask(way, "a");
        client.nextAcked();
        Received unanswered = client.next();
        declare(way, "a", 2, Optional.of(SHORT));
        client.isQuiet();
        client.ack(unanswered);
        assertThat(client.nextAcked().has(way, "a", 2)).isTrue();
    }

    @Test
    void o79NoHeartbeatIsSentForVirtualHosts() {
        Way hosts = new Way(Variant.DELTA, true, ResourceType.VIRTUAL_HOST);
        Way runtime = new Way(Variant.DELTA, true, ResourceType.RUNTIME);
        declare(hosts, "a", 1, Optional.of(SHORT));
        declare(runtime, "layer", 1, Optional.of(SHORT));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA).withNode(WITH_TTL);
        client.ask(hosts, "a");
        assertThat(client.nextAcked().ttls()).hasSize(1);
        client.ask(runtime, "layer");
        client.nextAcked();
        for (int beat = 0; beat < 4; beat++) {
            assertThat(client.nextAcked().typeUrl()).isEqualTo(runtime.typeUrl());
        }
    }

    static Stream<Way> deltaHeartbeats() {
        return heartbeats().filter(way -> way.variant() == Variant.DELTA);
    }

    @ParameterizedTest
    @MethodSource("deltaHeartbeats")
    void o79AClientThatComesBackWithWhatItHasIsKeptAliveToo(Way way) {
        declare(way, "a", 1, Optional.of(SHORT));
        TestingXdsClient before = way.open(controlPlane).withNode(WITH_TTL);
        before.ask(way, "a");
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();
        TestingXdsClient after = way.open(controlPlane).withNode(WITH_TTL);
        after.send(after.change(way.typeUrl())
                .putAllInitialResourceVersions(held)
                .addResourceNamesSubscribe("a")
                .build());

        Received heartbeat = after.next();
        assertThat(heartbeat.hasBody("a")).isFalse();
        assertThat(heartbeat.versions()).isEqualTo(held);
    }

    @ParameterizedTest
    @MethodSource("heartbeats")
    void o80AResourceThatIsSentWithoutATimeToLiveHasNoMoreHeartbeats(Way way) {
        declare(way, "a", 1, Optional.of(SHORT));
        declare(way, "b", 1, Optional.of(SHORT));
        TestingXdsClient client = way.open(controlPlane).withNode(WITH_TTL);
        client.ask(way, "a", "b");
        client.nextAcked();
        declare(way, "a", 1, Optional.empty());
        Received response = client.nextAcked();
        while (response.ttls().containsKey("a")) {
            response = client.nextAcked();
        }
        assertThat(response.has(way, "a", 1))
                .as("sent again, for the change alone")
                .isTrue();
        for (int beat = 0; beat < 2; beat++) {
            assertThat(client.nextAcked().ttls()).containsOnlyKeys("b");
        }
    }

    @ParameterizedTest
    @MethodSource("heartbeats")
    void o80AnotherTimeToLiveIsSentWithTheResource(Way way) {
        declare(way, "a", 1, Optional.of(LONG));
        TestingXdsClient client = way.open(controlPlane).withNode(WITH_TTL);
        client.ask(way, "a");
        assertThat(client.nextAcked().ttls()).containsEntry("a", LONG);

        declare(way, "a", 1, Optional.of(SHORT));
        Received changed = client.nextAcked();
        assertThat(changed.has(way, "a", 1)).isTrue();
        assertThat(changed.ttls()).containsEntry("a", SHORT);
        assertThat(client.nextAcked().ttls()).containsEntry("a", SHORT);
    }

    static Stream<Way> onDemand() {
        return Way.delta().filter(way -> way.type() == ResourceType.CLUSTER || way.type() == ResourceType.VIRTUAL_HOST);
    }

    @ParameterizedTest
    @MethodSource("onDemand")
    void o81AThousandNamesThatAreAskedForOneByOneBesideTheWildcardAreAllAnswered(Way way) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            controlPlane.declare(way, "s" + i, 1);
        }
        for (int i = 0; i < 1_000; i++) {
            names.add("s" + i);
        }
        Collections.shuffle(names, new Random(81));
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "*");
        client.nextAcked();
        names.forEach(name -> client.subscribe(way, name));

        Set<String> answered = new HashSet<>();
        await("an answer to each, though so many requests are not read in one go")
                .untilAsserted(() -> {
                    for (Received response : client.rest()) {
                        answered.addAll(response.resources().keySet());
                        answered.addAll(response.removed());
                    }
                    assertThat(answered).containsAll(List.of(way.names(names.toArray(String[]::new))));
                });
    }

    private void declare(Way way, String name, int content, Optional<Duration> ttl) {
        controlPlane.apply(TestingControlPlane.put(
                NodeSelector.EVERY, way.type(), TestingResources.message(way.type(), way.name(name), content), ttl));
    }
}
