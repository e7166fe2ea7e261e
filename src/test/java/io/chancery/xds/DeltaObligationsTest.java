package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.xds.TestingXdsClient.Received;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1e of the protocol's obligations: delta. */
class DeltaObligationsTest {

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o46EveryNameThatIsSubscribedIsAnsweredAlsoIfItWasBefore(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient endpoints = way.open(controlPlane, EDS);
        endpoints.ask(EDS, "a");
        endpoints.nextAcked();
        endpoints.ask(EDS, "a");
        assertThat(endpoints.next().resources()).containsOnlyKeys("a");

        TestingXdsClient clusters = way.open(controlPlane, CDS);
        clusters.ask(CDS);
        clusters.nextAcked();
        clusters.ask(CDS, "a");
        assertThat(clusters.next().resources()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o47AMissingNameIsAnsweredAsRemovedAndSentWheneverItAppears(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS, "a", "late");
        Received first = client.nextAcked();
        assertThat(first.resources()).containsOnlyKeys("a");
        assertThat(first.removed()).containsExactly("late");

        controlPlane.register("late", "10.0.0.1:80");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("late");
        controlPlane.remove("late");
        assertThat(client.nextAcked().removed()).containsExactly("late");
        controlPlane.register("late", "10.0.0.1:80");
        assertThat(client.next().resources()).containsOnlyKeys("late");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o48OnlyWhatChangedIsSent(Way way) {
        for (int i = 0; i < 100; i++) {
            controlPlane.register("s" + i, "10.0.0.1:80");
        }
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "*");
        assertThat(client.nextAcked().resources()).hasSize(100);

        controlPlane.register("s7", "10.0.0.2:80");
        Received changed = client.nextAcked();
        assertThat(changed.resources()).containsOnlyKeys("s7");
        assertThat(changed.removed()).isEmpty();

        TestingXdsClient clusters = way.open(controlPlane, CDS);
        clusters.ask(CDS);
        clusters.nextAcked();
        controlPlane.remove("s8");
        Received removed = clusters.next();
        assertThat(removed.resources()).isEmpty();
        assertThat(removed.removed()).containsExactly("s8");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o49SubscriptionsCountWhateverTheNonce(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        controlPlane.register("c", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received first = client.next();
        client.send(client.change(EDS)
                .setResponseNonce("unknown")
                .addResourceNamesSubscribe("b")
                .build());
        client.isQuiet();
        client.send(client.change(EDS)
                .setResponseNonce(first.nonce())
                .addResourceNamesSubscribe("c")
                .build());
        assertThat(client.next().resources()).containsOnlyKeys("b", "c");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o49ARefusalMayUnsubscribe(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        client.send(client.change(EDS)
                .setResponseNonce(client.next().nonce())
                .setErrorDetail(com.google.rpc.Status.newBuilder().setMessage("no"))
                .addResourceNamesUnsubscribe("a")
                .build());
        controlPlane.register("a", "10.0.0.2:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o50EqualContentHasAnEqualVersionOnEveryServer(Way way) {
        controlPlane.register("a", "10.0.0.1:80", "10.0.0.2:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        try (TestingControlPlane other = new TestingControlPlane()) {
            other.register("z", "10.0.0.9:80");
            other.register("a", "10.0.0.2:80");
            other.register("a", "10.0.0.1:80");
            TestingXdsClient otherClient = way.open(other, EDS);
            otherClient.ask(EDS, "a");

            assertThat(client.next().versions()).isEqualTo(otherClient.next().versions());
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o51AReconnectingClientIsSentOnlyWhatItDoesNotHave(Way way) {
        controlPlane.register("same", "10.0.0.1:80");
        controlPlane.register("stale", "10.0.0.1:80");
        controlPlane.register("gone", "10.0.0.1:80");
        TestingXdsClient before = way.open(controlPlane, EDS);
        before.ask(EDS, "same", "stale", "gone");
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();
        controlPlane.register("stale", "10.0.0.2:80");
        controlPlane.remove("gone");

        TestingXdsClient after = way.open(controlPlane, EDS);
        after.send(after.change(EDS)
                .putAllInitialResourceVersions(held)
                .addResourceNamesSubscribe("same")
                .addResourceNamesSubscribe("stale")
                .addResourceNamesSubscribe("gone")
                .build());
        Received answer = after.nextAcked();
        assertThat(answer.resources()).containsOnlyKeys("stale");
        assertThat(answer.removed()).containsExactly("gone");

        controlPlane.register("same", "10.0.0.3:80");
        assertThat(after.next().resources()).containsOnlyKeys("same");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o51AReconnectingWildcardClientThatHasEverythingIsSentNothing(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
        TestingXdsClient before = way.open(controlPlane, CDS);
        before.ask(CDS);
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();

        TestingXdsClient after = way.open(controlPlane, CDS);
        after.send(after.change(CDS).putAllInitialResourceVersions(held).build());
        after.isQuiet();

        TestingXdsClient later = way.open(controlPlane, CDS);
        controlPlane.remove("b");
        assertThat(after.next().removed()).containsExactly("b");
        later.send(later.change(CDS).putAllInitialResourceVersions(held).build());
        Received answer = later.next();
        assertThat(answer.removed()).containsExactly("b");
        assertThat(answer.resources()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o51HoldsForTheFirstStreamOfAServerThatHasJustStarted(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient before = way.open(controlPlane, CDS);
        before.ask(CDS);
        Map<String, String> held = before.nextAcked().versions();

        try (TestingControlPlane restarted = new TestingControlPlane()) {
            restarted.register("a", "10.0.0.1:80");
            TestingXdsClient after = way.open(restarted, CDS);
            after.send(after.change(CDS).putAllInitialResourceVersions(held).build());
            after.isQuiet();
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o52AFirstWildcardIsAnsweredEvenIfThereIsNothing(Way way) {
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        Received answer = client.nextAcked();
        assertThat(answer.resources()).isEmpty();
        assertThat(answer.removed()).isEmpty();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o53UnsubscribingNeedsNoAnswerAndUnknownNamesAreIgnored(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        client.nextAcked();
        client.send(client.change(EDS)
                .addResourceNamesUnsubscribe("a")
                .addResourceNamesUnsubscribe("phantom")
                .build());
        controlPlane.register("a", "10.0.0.2:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o54UnsubscribingANameThatTheWildcardCoversIsAnswered(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "*", "a", "missing");
        client.nextAcked();
        client.send(client.change(EDS).addResourceNamesUnsubscribe("a").build());
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a");
        client.send(client.change(EDS).addResourceNamesUnsubscribe("missing").build());
        assertThat(client.next().removed()).containsExactly("missing");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o55ARefusedVersionIsNotSentAgainButTheNextOneIs(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        client.nack(client.next(), "no");
        client.isQuiet();

        controlPlane.register("a", "10.0.0.2:80");
        assertThat(client.nextAcked().targets("a")).hasSize(2);
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o56TheLegacyWildcardCanBeUnsubscribed(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        client.nextAcked();
        client.send(client.change(CDS).addResourceNamesUnsubscribe("*").build());
        controlPlane.register("b", "10.0.0.2:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o57WhatChangesWhileAResponseIsUnansweredGoesOutTogetherInItsLatestState(Way way) {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "a");
        Received first = client.next();
        for (int i = 2; i <= 200; i++) {
            controlPlane.register("a", "10.0.0." + i + ":80");
        }
        client.isQuiet();
        client.ack(first);
        assertThat(client.nextAcked().targets("a")).hasSize(200);
        client.isQuiet();
    }
}
