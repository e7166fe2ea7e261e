package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static io.chancery.xds.TestingXdsClient.LDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.xds.core.v3.ContextParams;
import com.google.protobuf.Any;
import io.chancery.model.Endpoint;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistrationRequest;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.service.route.v3.VirtualHostDiscoveryServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1a of the protocol's obligations: streams, node, envelopes. */
class StreamObligationsTest {

    private static final String UNSERVED = "type.googleapis.com/example.Unserved";

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o1EveryMethodAnswersAFirstRequest(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");

        Received first = client.next();
        assertThat(first.typeUrl()).isEqualTo(way.typeUrl());
        assertThat(first.resources()).containsOnlyKeys(way.names("a"));
    }

    @Test
    void o1VirtualHostsHaveNoMethodForStateOfTheWorld() {
        assertThat(VirtualHostDiscoveryServiceGrpc.getServiceDescriptor().getMethods())
                .extracting(MethodDescriptor::getBareMethodName)
                .containsExactly("DeltaVirtualHosts");
        TestingXdsClient client =
                controlPlane.unimplemented(VirtualHostDiscoveryServiceGrpc.SERVICE_NAME + "/StreamVirtualHosts");
        client.ask(TestingXdsClient.VHDS, "rc/a");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    /** One of each type, on one stream: each has an answer, a version and an order of its own. */
    @ParameterizedTest
    @EnumSource(Variant.class)
    void o2EachTypeOfAnAggregatedStreamIsAStreamOfItsOwn(Variant variant) {
        List<Way> ways = Way.all()
                .filter(way -> way.variant() == variant && way.aggregated())
                .toList();
        ways.forEach(way -> controlPlane.declare(way, "a", 1));
        TestingXdsClient client = controlPlane.ads(variant);
        for (Way way : ways) {
            client.ask(way, "a");
            assertThat(client.nextAcked().has(way, "a", 1)).isTrue();
        }
        client.isQuiet();
        for (Way way : ways) {
            controlPlane.declare(way, "a", 2);
            Received refused = client.next();
            assertThat(refused.has(way, "a", 2)).isTrue();
            client.nack(refused, "no");
            client.isQuiet();
        }
        for (Way way : ways) {
            controlPlane.declare(way, "a", 3);
            assertThat(client.nextAcked().has(way, "a", 3)).isTrue();
        }
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o2ARefusalOfOneTypeLeavesTheOthersAlone(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        Received clusters = client.next();
        client.nack(clusters, "no");
        client.ask(EDS, "cart");
        client.nextAcked();

        controlPlane.register("cart", "10.0.0.2:80");

        assertThat(client.next().targets("cart")).containsExactly("10.0.0.1:80", "10.0.0.2:80");
    }

    @Test
    void o2ANonceOfOneTypeCountsForNothingInAnother() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.SOTW);
        client.ask(CDS);
        Received clusters = client.next();
        client.ask(EDS, "cart");
        client.next();

        client.send(client.request(EDS, "cart", "other")
                .setResponseNonce(clusters.nonce())
                .build());
        controlPlane.register("other", "10.0.0.9:80");

        client.ack(clusters);
        assertThat(client.next().typeUrl()).isEqualTo(CDS);
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o3OnTheAggregatedStreamARequestWithoutTypeIsAnError(Variant variant) {
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask("", "cart");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ended().getDescription()).contains("type_url");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#single")
    void o3OnAServiceOfOneTypeAnAbsentTypeMeansThatType(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask("", way.name("a"));

        assertThat(client.next().typeUrl()).isEqualTo(way.typeUrl());
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o3OnAServiceOfOneTypeAnotherTypeIsAnError(Variant variant) {
        TestingXdsClient client = controlPlane.client(variant, Optional.of(ResourceType.ENDPOINT));
        client.ask(CDS);

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @Test
    void o4AnUnservedTypeIsAnsweredWithNothingAndDisturbsNoOther() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.SOTW);
        client.ask(UNSERVED, "certificate");
        client.isQuiet();

        client.ask(CDS);
        assertThat(client.next().resources()).containsOnlyKeys("cart");
    }

    @Test
    void o4AnUnservedTypeIsAnsweredInDeltaWithTheNamesAsRemoved() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(UNSERVED, "certificate");
        assertThat(client.nextAcked().removed()).containsExactly("certificate");

        client.ask(CDS);
        assertThat(client.next().resources()).containsOnlyKeys("cart");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void aClientThatInventsTypesIsStopped(Variant variant) {
        TestingXdsClient client = controlPlane.ads(variant);
        for (int i = 0; i <= Conversations.MAX_TYPES; i++) {
            client.ask(UNSERVED + i, "name");
        }

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o5TheNodeOfTheFirstRequestServesTheWholeStream(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        client.withoutNode();
        client.nextAcked();
        client.ask(EDS, "cart");
        client.nextAcked();

        controlPlane.register("cart", "10.0.0.2:80");
        assertThat(client.nextAcked().typeUrl()).isEqualTo(EDS);
        controlPlane.register("other", "10.0.0.3:80");
        assertThat(client.next().typeUrl()).isEqualTo(CDS);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o6AFirstRequestWithoutNodeEndsTheStream(Way way) {
        TestingXdsClient client = way.open(controlPlane).withoutNode();
        client.ask(way, "a");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ended().getDescription()).contains("node");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o6ANodeWithoutIdEndsTheStream(Way way) {
        TestingXdsClient client = way.open(controlPlane).withNode("");
        client.ask(way, "a");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o7TheNodeMayComeAgainWithEveryRequest(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(EDS, "cart");
        client.nextAcked();
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o7ANodeWithOtherDynamicParametersIsNoErrorAndLosesNothing(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        Node node = Node.newBuilder().setId("edge-1").build();
        TestingXdsClient client = controlPlane.ads(variant).withNode(node);
        client.ask(EDS, "cart");
        client.nextAcked();
        client.withNode(node.toBuilder()
                .putDynamicParameters(
                        EDS, ContextParams.newBuilder().putParams("zone", "b").build())
                .build());
        client.ask(CDS);
        assertThat(client.nextAcked().typeUrl()).isEqualTo(CDS);
        client.rest();

        controlPlane.register("cart", "10.0.0.2:80");
        assertThat(client.next().targets("cart")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o7ANodeWithAnotherIdEndsTheStream(Variant variant) {
        TestingXdsClient client = controlPlane.ads(variant).withNode("edge-1");
        client.ask(CDS);
        client.nextAcked();
        client.withNode("edge-2");
        client.ask(EDS, "cart");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o8TwoStreamsOfOneNodeKnowNothingOfEachOther(Variant variant) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.2:80");
        TestingXdsClient first = controlPlane.ads(variant);
        TestingXdsClient second = controlPlane.ads(variant);
        first.ask(EDS, "a");
        second.ask(EDS, "b");
        assertThat(first.nextAcked().resources()).containsOnlyKeys("a");
        assertThat(second.nextAcked().resources()).containsOnlyKeys("b");

        first.cancel();
        controlPlane.register("b", "10.0.0.3:80");

        assertThat(second.next().targets("b")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o8TheNoncesOfTwoStreamsAreIndependent(Variant variant) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient first = controlPlane.ads(variant);
        TestingXdsClient second = controlPlane.ads(variant);
        first.ask(EDS, "a");
        second.ask(EDS, "a");
        Received ofFirst = first.next();
        second.nack(second.next(), "no");
        first.ack(ofFirst);

        controlPlane.register("a", "10.0.0.2:80");
        assertThat(first.next().targets("a")).hasSize(2);
        assertThat(second.next().targets("a")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o9NoNonceComesTwiceAndNoneIsEmptyInAThousandUpdatesOfFourTypes(Variant variant) {
        List<Way> ways = Stream.of(
                        ResourceType.CLUSTER, ResourceType.ENDPOINT, ResourceType.LISTENER, ResourceType.SECRET)
                .map(type -> new Way(variant, true, type))
                .toList();
        ways.forEach(way -> controlPlane.declare(way, "a", 0));
        TestingXdsClient client = controlPlane.ads(variant);
        Set<String> nonces = new HashSet<>();
        for (Way way : ways) {
            client.ask(way, "a");
            assertThat(nonces.add(client.nextAcked().nonce())).isTrue();
        }
        SplittableRandom random = new SplittableRandom(9);
        for (int change = 1; change <= 1_000; change++) {
            Way way = ways.get(random.nextInt(ways.size()));
            controlPlane.declare(way, "a", change);
            Received response = client.nextAcked();
            assertThat(response.typeUrl()).isEqualTo(way.typeUrl());
            assertThat(response.has(way, "a", change)).isTrue();
            assertThat(nonces.add(response.nonce())).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o9AnEqualAnswerToAnEqualQuestionHasAnotherNonce(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        Set<String> nonces = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            client.subscribe(way, "a");
            assertThat(nonces.add(client.nextAcked().nonce())).isTrue();
            client.unsubscribe(way, "a");
            client.isQuiet();
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o10OnANewStreamTheFirstRequestIsValidWhateverItsNonce(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.send(client.request(way.typeUrl(), "a")
                .setResponseNonce("77")
                .setVersionInfo("old")
                .build());

        assertThat(client.next().resources()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o10OnANewStreamTheFirstDeltaRequestIsValidWhateverItsNonce(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.send(client.change(way.typeUrl())
                .setResponseNonce("77")
                .addResourceNamesSubscribe(way.name("a"))
                .build());

        assertThat(client.next().resources()).containsOnlyKeys(way.names("a"));
    }

    @Test
    void o11TheLatestOfManyRequestsIsTheOneThatCounts() {
        for (int i = 0; i < 50; i++) {
            controlPlane.register("s" + i, "10.0.0.1:80");
        }
        TestingXdsClient client = controlPlane.ads(Variant.SOTW);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            names.add("s" + i);
            client.ask(EDS, names.toArray(String[]::new));
        }
        // Requests that came before the first answer count at once; those that crossed it come again with the ACK.
        Set<String> answered = new HashSet<>(client.nextAcked().resources().keySet());
        if (answered.size() < names.size()) {
            answered.addAll(client.nextAcked().resources().keySet());
        }
        assertThat(answered).containsExactlyInAnyOrderElementsOf(names);
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o12HalfCloseEndsTheCallWithOk(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(EDS, "cart");
        client.next();
        client.halfClose();

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.OK);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o12ACancelledCallLeavesNothingBehind(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        for (int i = 0; i < 200; i++) {
            TestingXdsClient client = controlPlane.ads(variant);
            client.ask(EDS, "cart");
            client.next();
            client.cancel();
        }
        await("all streams to be forgotten")
                .until(() -> controlPlane.meter("chancery.xds.streams", "variant", variant.tag()) == 0);
        controlPlane.settle();
        assertThat(controlPlane.engine.subscriberCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o14TheControlPlaneNamesItself(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);

        assertThat(client.next().controlPlane()).isEqualTo("chancery");
    }

    /** Clients have other versions of the API: what is sent is not held against the rules of this one. */
    @ParameterizedTest
    @EnumSource(Variant.class)
    void o15AResourceThatBreaksTheRulesOfItsMessageIsSentAsItIs(Variant variant) {
        Cluster cluster = Cluster.newBuilder()
                .setName("odd")
                .setLoadAssignment(ClusterLoadAssignment.getDefaultInstance())
                .build();
        Listener listener = Listener.newBuilder().setName("skeleton").build();
        controlPlane.declare(ResourceType.CLUSTER, cluster);
        controlPlane.declare(ResourceType.LISTENER, listener);
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        assertThat(client.nextAcked().resources().values()).containsExactly(Any.pack(cluster));
        client.ask(LDS);
        assertThat(client.nextAcked().resources().values()).containsExactly(Any.pack(listener));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o16ANameThatIsAskedForTwiceIsAnsweredOnce(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(way.names("a"));
        client.isQuiet();

        client.subscribe(way, "*", "a", "a");
        client.rest();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o16AResourceThatGoesAndComesInOnePushIsInOneListOnly(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        Received first = client.next();
        controlPlane.undeclare(way, "a");
        controlPlane.settle();
        controlPlane.declare(way, "a", 2);
        controlPlane.settle();
        client.ack(first);

        Received second = client.next();
        assertThat(second.has(way, "a", 2)).isTrue();
        assertThat(second.removed()).isEmpty();
        client.ack(second);
        client.isQuiet();
    }

    @Test
    void o17VeryManyStreamsShareOneConnection() {
        try (TestingControlPlane wide = new TestingControlPlane()) {
            wide.register("cart", "10.0.0.1:80");
            List<TestingXdsClient> clients = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                TestingXdsClient client = wide.client(Variant.SOTW, Optional.of(ResourceType.ENDPOINT));
                client.ask(EDS, "cart");
                clients.add(client);
            }
            clients.forEach(client -> assertThat(client.next().resources()).containsOnlyKeys("cart"));
        }
    }

    @Test
    void aStreamMoreThanTheLimitIsRefusedWithTheSettingsName() {
        try (TestingControlPlane narrow = TestingControlPlane.withMaxStreams(1)) {
            narrow.register("cart", "10.0.0.1:80");
            TestingXdsClient first = narrow.ads(Variant.DELTA);
            first.ask(EDS, "cart");
            first.next();

            assertThat(narrow.ads(Variant.DELTA).ended().getDescription()).contains("chancery.xds.max-streams");
        }
    }

    @Test
    void o18ALargeDeltaAnswerComesInPartsBelowTheMessageLimit() {
        ServiceName[] names = new ServiceName[12_000];
        for (int batch = 0; batch < 12; batch++) {
            List<RegistrationRequest> requests = new ArrayList<>();
            for (int i = batch * 1_000; i < (batch + 1) * 1_000; i++) {
                names[i] = new ServiceName("service-with-a-name-that-takes-some-room-in-each-cluster-" + i);
                Endpoint endpoint = TestingControlPlane.endpoint("10.0.0.1:80");
                requests.add(new RegistrationRequest.Register(names[i], endpoint));
            }
            controlPlane.registry.applyBatch(requests);
        }
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(CDS);
        Set<String> got = new HashSet<>();
        int parts = 0;
        while (got.size() < names.length) {
            Received part = client.nextAcked();
            assertThat(part.resources().values().stream()
                            .mapToInt(any -> any.getSerializedSize())
                            .sum())
                    .isLessThan(4 << 20);
            got.addAll(part.resources().keySet());
            parts++;
        }
        assertThat(parts).isGreaterThan(1);
        client.isQuiet();
    }
}
