package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.xds.TestingXdsClient.Received;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sections 1b and 1c of the protocol's obligations: state of the world, what to send, and what answers mean. */
class SotwObligationsTest {

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o19AFirstRequestIsAnsweredWhenWhatItNamesFirstExists(Way way) {
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "cart");
        client.isQuiet();

        controlPlane.register("cart", "10.0.0.1:80");
        assertThat(client.next().resources()).containsOnlyKeys("cart");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o20TheVersionChangesWithTheContentAndOnlyWithIt(Way way) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "cart");
        String one = client.nextAcked("cart").version();
        controlPlane.register("cart", "10.0.0.2:80");
        String two = client.nextAcked("cart").version();
        controlPlane.deregister("cart", "10.0.0.2:80");
        String three = client.next().version();

        assertThat(two).isNotEqualTo(one);
        assertThat(three).isEqualTo(one);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o20AnotherServerWithTheSameContentHasTheSameVersion(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.2:80", "10.0.0.3:80");
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        try (TestingControlPlane other = new TestingControlPlane()) {
            other.register("b", "10.0.0.3:80", "10.0.0.9:80");
            other.register("a", "10.0.0.1:80");
            other.register("b", "10.0.0.2:80");
            other.deregister("b", "10.0.0.9:80");
            TestingXdsClient otherClient = way.open(other, CDS);
            otherClient.ask(CDS);

            Received here = client.next();
            Received there = otherClient.next();
            assertThat(there.version()).isEqualTo(here.version());
            assertThat(there.resources()).isEqualTo(here.resources());
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o21AnAckAndChangesOfOtherNamesAreFollowedByNothing(Way way) {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "cart");
        client.nextAcked("cart");
        client.isQuiet();

        controlPlane.register("other", "10.0.0.1:80");
        controlPlane.register("cart", "10.0.0.1:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o22EveryResponseOfClustersIsComplete(Way way) {
        for (int i = 0; i < 100; i++) {
            controlPlane.register("s" + i, "10.0.0.1:80");
        }
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        assertThat(client.nextAcked().resources()).hasSize(100);

        controlPlane.register("s100", "10.0.0.1:80");
        assertThat(client.next().resources()).hasSize(101);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o23AClusterThatIsAbsentIsDeletedAndTheLastLeavesAnEmptyResponse(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        client.nextAcked();

        controlPlane.remove("a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("b");
        controlPlane.remove("b");
        assertThat(client.next().resources()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o25AResponseOfEndpointsHoldsOnlyWhatChangedAndDeletionNeedsNone(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a", "b");
        client.nextAcked("a", "b");

        controlPlane.register("a", "10.0.0.2:80");
        assertThat(client.nextAcked("a", "b").resources()).containsOnlyKeys("a");
        controlPlane.remove("b");
        // The service is first emptied, which is a change, and then gone, which is not.
        assertThat(client.nextAcked("a", "b").targets("b")).isEmpty();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o26AMissingNameHoldsBackNoOther(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient endpoints = way.open(controlPlane, EDS);
        endpoints.ask(EDS, "a", "missing");
        assertThat(endpoints.next().resources()).containsOnlyKeys("a");

        TestingXdsClient clusters = way.open(controlPlane, CDS);
        clusters.ask(CDS, "a", "missing");
        assertThat(clusters.next().resources()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o27AMissingNameIsRememberedAndSentEachTimeItComesIntoBeing(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a", "late");
        client.nextAcked("a", "late");

        controlPlane.register("late", "10.0.0.1:80");
        assertThat(client.nextAcked("a", "late").resources()).containsOnlyKeys("late");
        controlPlane.remove("late");
        assertThat(client.nextAcked("a", "late").targets("late")).isEmpty();
        controlPlane.register("late", "10.0.0.1:80");
        assertThat(client.next().resources()).containsOnlyKeys("late");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o28ANameThatIsNewInTheRequestIsSentEvenIfItIsUnchanged(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received first = client.nextAcked("a");

        client.ask(EDS, "b");
        assertThat(client.nextAcked("b").resources()).containsOnlyKeys("b");
        client.ask(EDS, "a");
        Received again = client.next();
        assertThat(again.resources()).containsOnlyKeys("a");
        assertThat(again.version()).isEqualTo(first.version());
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o29ANameThatLeftTheListIsNoLongerSent(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a", "b");
        client.nextAcked("a", "b");
        client.ask(EDS, "a");
        client.isQuiet();

        controlPlane.register("b", "10.0.0.2:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o30ATypeWithoutSubscriptionIsSentNothingAtAll(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        client.nextAcked("a");
        client.ask(EDS);

        controlPlane.register("a", "10.0.0.2:80");
        controlPlane.register("b", "10.0.0.2:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o31OrderIsFreeAndUnknownOrEmptyNamesAreTolerated(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a", "b");
        client.nextAcked("a", "b");
        client.ask(EDS, "b", "a", "b");
        client.isQuiet();

        TestingXdsClient odd = way.open(controlPlane, EDS);
        odd.ask(EDS, "");
        odd.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o32ARequestWithAnOlderNonceChangesNothingAndItsWishComesAgainWithTheAck(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("c", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received first = client.nextAcked("a");
        controlPlane.register("a", "10.0.0.2:80");
        controlPlane.settle();

        client.send(
                client.request(EDS, "a", "c").setResponseNonce(first.nonce()).build());
        Received second = client.next();
        assertThat(second.resources()).containsOnlyKeys("a");
        client.isQuiet();
        client.ack(second, "a", "c");
        assertThat(client.next().resources()).containsOnlyKeys("c");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o33OnlyErrorDetailMakesARefusal(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received first = client.next();
        client.send(client.request(EDS, "a").setVersionInfo("older").build());
        controlPlane.settle();
        assertThat(replies("nack")).isZero();

        controlPlane.register("a", "10.0.0.2:80");
        Received second = client.next();
        client.send(client.request(EDS, "a")
                .setVersionInfo(second.version())
                .setErrorDetail(com.google.rpc.Status.newBuilder().setMessage("no"))
                .build());
        controlPlane.settle();
        assertThat(replies("nack")).isEqualTo(1);
        assertThat(first.nonce()).isNotEqualTo(second.nonce());
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o34ARefusedContentIsNotSentAgain(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received response = client.next();
        for (int i = 0; i < 20; i++) {
            client.nack(response, "no", "a");
        }
        client.isQuiet();
        client.send(client.request(EDS, "a").setVersionInfo("older").build());
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o35ARefusalThatNamesMoreIsServedTheMore(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient endpoints = way.open(controlPlane, EDS);
        endpoints.ask(EDS, "a");
        endpoints.nack(endpoints.next(), "no", "a", "b");
        assertThat(endpoints.next().resources()).containsOnlyKeys("b");

        TestingXdsClient clusters = way.open(controlPlane, CDS);
        clusters.ask(CDS, "a");
        clusters.nack(clusters.next(), "no", "a", "b");
        assertThat(clusters.next().resources()).containsOnlyKeys("b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o35AClusterThatIsRefusedHoldsBackNoOther(Way way) {
        controlPlane.register("good", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        client.nextAcked();
        controlPlane.register("bad", "10.0.0.1:80");
        client.nack(client.next(), "cluster bad is impossible");
        client.isQuiet();

        controlPlane.register("better", "10.0.0.1:80");
        assertThat(client.next().resources()).containsOnlyKeys("good", "better");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o36WhatChangedMeanwhileIsSentRightAfterARefusal(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received refused = client.next();
        controlPlane.register("a", "10.0.0.2:80");
        controlPlane.settle();
        client.nack(refused, "no", "a");

        assertThat(client.next().targets("a")).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o37AReconnectWithTheCurrentVersionIsAnsweredWithTheSameVersionAndContent(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient before = way.open(controlPlane, CDS);
        before.ask(CDS);
        Received held = before.nextAcked();
        before.cancel();

        TestingXdsClient after = way.open(controlPlane, CDS);
        after.send(after.request(CDS).setVersionInfo(held.version()).build());
        Received again = after.next();
        assertThat(again.version()).isEqualTo(held.version());
        assertThat(again.resources()).isEqualTo(held.resources());
    }

    private double replies(String outcome) {
        return controlPlane.meter("chancery.xds.replies", "type", "eds", "variant", "sotw", "outcome", outcome);
    }
}
