package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.model.Endpoint;
import io.chancery.model.ServiceName;
import io.chancery.registry.RegistrationRequest;
import io.chancery.xds.TestingXdsClient.Received;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1a of the protocol's obligations: streams, node, envelopes. */
class StreamObligationsTest {

    private static final String UNSERVED = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o1EveryMethodAnswersAFirstRequest(Way way) {
        controlPlane.register("cart", "10.0.0.1:80");

        TestingXdsClient clusters = way.open(controlPlane, CDS);
        clusters.ask(CDS);
        TestingXdsClient endpoints = way.open(controlPlane, EDS);
        endpoints.ask(EDS, "cart");

        assertThat(clusters.next().resources()).containsOnlyKeys("cart");
        assertThat(endpoints.next().targets("cart")).containsExactly("10.0.0.1:80");
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
        client.nextAcked("cart");

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
    @EnumSource(Variant.class)
    void o3OnAServiceOfOneTypeAnAbsentTypeMeansThatType(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.client(variant, TestingXdsClient.Service.EDS);
        client.ask("", "cart");

        assertThat(client.next().typeUrl()).isEqualTo(EDS);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o3OnAServiceOfOneTypeAnotherTypeIsAnError(Variant variant) {
        TestingXdsClient client = controlPlane.client(variant, TestingXdsClient.Service.EDS);
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
        for (int i = 0; i <= DiscoveryStream.MAX_TYPES; i++) {
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
        client.nextAcked("cart");

        controlPlane.register("cart", "10.0.0.2:80");
        assertThat(client.nextAcked("cart").typeUrl()).isEqualTo(EDS);
        controlPlane.register("other", "10.0.0.3:80");
        assertThat(client.next().typeUrl()).isEqualTo(CDS);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o6AFirstRequestWithoutNodeEndsTheStream(Way way) {
        TestingXdsClient client = way.open(controlPlane, EDS).withoutNode();
        client.ask(EDS, "cart");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(client.ended().getDescription()).contains("node");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o6ANodeWithoutIdEndsTheStream(Way way) {
        TestingXdsClient client = way.open(controlPlane, EDS).withNode("");
        client.ask(EDS, "cart");

        assertThat(client.ended().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o7TheNodeMayComeAgainWithEveryRequest(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(EDS, "cart");
        client.nextAcked("cart");
        client.isQuiet();
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
        assertThat(first.nextAcked("a").resources()).containsOnlyKeys("a");
        assertThat(second.nextAcked("b").resources()).containsOnlyKeys("b");

        first.cancel();
        controlPlane.register("b", "10.0.0.3:80");

        assertThat(second.next().targets("b")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o9NoNonceComesTwiceAndNoneIsEmpty(Variant variant) {
        TestingXdsClient client = controlPlane.ads(variant);
        controlPlane.register("s0", "10.0.0.1:80");
        client.ask(CDS);
        client.nextAcked();
        client.ask(EDS, "s0", "s1", "s2");
        client.nextAcked("s0", "s1", "s2");
        Set<String> nonces = new HashSet<>();
        SplittableRandom random = new SplittableRandom(9);
        for (int change = 0; change < 300; change++) {
            controlPlane.register("s0", "10.0." + change / 200 + "." + (change % 200 + 2) + ":80");
            Received response = client.next();
            assertThat(nonces.add(response.nonce())).isTrue();
            client.ack(response, "s0", "s1", "s2");
            if (random.nextInt(10) == 0) {
                // Asked for anew, an unchanged resource is sent again, under another nonce.
                client.ask(EDS, "s1", "s2");
                client.ask(EDS, "s0", "s1", "s2");
                Received again = client.nextAcked("s0", "s1", "s2");
                assertThat(nonces.add(again.nonce())).isTrue();
            }
        }
    }

    @Test
    void o10OnANewStreamTheFirstRequestIsValidWhateverItsNonce() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.SOTW);
        client.send(client.request(EDS, "cart")
                .setResponseNonce("77")
                .setVersionInfo("old")
                .build());

        assertThat(client.next().resources()).containsOnlyKeys("cart");
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
        Set<String> answered = new HashSet<>(
                client.nextAcked(names.toArray(String[]::new)).resources().keySet());
        if (answered.size() < names.size()) {
            answered.addAll(
                    client.nextAcked(names.toArray(String[]::new)).resources().keySet());
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

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o16ANameThatIsAskedForTwiceIsAnsweredOnce(Variant variant) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(EDS, "cart", "cart");

        assertThat(client.next().resources()).containsOnlyKeys("cart");
    }

    @Test
    void o16AServiceThatGoesAndComesInOnePushIsInOneListOnly() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(EDS, "cart");
        Received first = client.next();
        controlPlane.remove("cart");
        controlPlane.register("cart", "10.0.0.2:80");
        controlPlane.settle();
        client.ack(first);

        Received second = client.next();
        assertThat(second.resources()).containsOnlyKeys("cart");
        assertThat(second.removed()).isEmpty();
    }

    @Test
    void o17VeryManyStreamsShareOneConnection() {
        try (TestingControlPlane wide = new TestingControlPlane()) {
            wide.register("cart", "10.0.0.1:80");
            List<TestingXdsClient> clients = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                TestingXdsClient client = wide.client(Variant.SOTW, TestingXdsClient.Service.EDS);
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
