package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.chancery.model.ResourceType;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
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
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        client.nextAcked();
        client.ask(way, "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(way.names("a"));
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o46ANameThatTheWildcardCoversIsAnsweredToo(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "*");
        client.nextAcked();
        client.ask(way, "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(way.names("a"));
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o47AMissingNameIsAnsweredInRemovedAndSentWhenItAppears(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "late");
        Received first = client.nextAcked();
        assertThat(first.has(way, "a", 1)).isTrue();
        assertMissing(way, first, "late");

        controlPlane.declare(way, "late", 1);
        assertThat(client.nextAcked().resources()).containsOnlyKeys(way.names("late"));
        controlPlane.undeclare(way, "late");
        assertThat(client.nextAcked().removed()).containsExactly(way.names("late"));
        controlPlane.declare(way, "late", 2);
        assertThat(client.nextAcked().has(way, "late", 2)).isTrue();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o47AMissingNameAloneIsAnsweredToo(Way way) {
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "missing");
        assertMissing(way, client.nextAcked(), "missing");
        client.isQuiet();
    }

    /** A missing virtual host is named by a resource without a body. */
    private static void assertMissing(Way way, Received response, String name) {
        if (way.type() == ResourceType.VIRTUAL_HOST) {
            assertThat(response.hasBody(way.name(name))).isFalse();
        } else {
            assertThat(response.removed()).containsExactly(name);
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o48OnlyWhatChangedIsSent(Way way) {
        for (int i = 0; i < 100; i++) {
            controlPlane.declare(way, "s" + i, 1);
        }
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "*");
        assertThat(client.nextAcked().resources()).hasSize(100);

        controlPlane.declare(way, "s7", 2);
        Received changed = client.nextAcked();
        assertThat(changed.resources()).containsOnlyKeys(way.names("s7"));
        assertThat(changed.removed()).isEmpty();
        controlPlane.undeclare(way, "s8");
        Received removed = client.nextAcked();
        assertThat(removed.resources()).isEmpty();
        assertThat(removed.removed()).containsExactly(way.names("s8"));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o49SubscriptionsCountWhateverTheNonce(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        controlPlane.declare(way, "c", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        Received first = client.next();
        client.send(client.change(way.typeUrl())
                .setResponseNonce("unknown")
                .addResourceNamesSubscribe(way.name("b"))
                .build());
        client.isQuiet();
        client.send(client.change(way.typeUrl())
                .setResponseNonce(first.nonce())
                .addResourceNamesSubscribe(way.name("c"))
                .build());
        assertThat(client.next().resources()).containsOnlyKeys(way.names("b", "c"));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o49ARefusalMayUnsubscribe(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.send(client.change(way.typeUrl())
                .setResponseNonce(client.next().nonce())
                .setErrorDetail(Status.newBuilder().setMessage("no"))
                .addResourceNamesUnsubscribe(way.name("a"))
                .build());
        controlPlane.declare(way, "a", 2);
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o50EqualContentHasAnEqualVersionOnEveryServer(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        try (TestingControlPlane other = new TestingControlPlane()) {
            other.declare(way, "z", 9);
            other.declare(way, "b", 2);
            other.declare(way, "a", 1);
            TestingXdsClient otherClient = way.open(other);
            otherClient.ask(way, "b", "a");

            Map<String, String> here = client.next().versions();
            Map<String, String> there = otherClient.next().versions();
            assertThat(here).containsOnlyKeys(way.names("a", "b"));
            assertThat(there).containsEntry(way.name("a"), here.get(way.name("a")));
            assertThat(there).doesNotContainEntry(way.name("b"), here.get(way.name("b")));
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o51AReconnectingClientIsSentOnlyWhatItDoesNotHave(Way way) {
        controlPlane.declare(way, "same", 1);
        controlPlane.declare(way, "stale", 1);
        controlPlane.declare(way, "gone", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way, "same", "stale", "gone");
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();
        controlPlane.declare(way, "stale", 2);
        controlPlane.undeclare(way, "gone");

        TestingXdsClient after = way.open(controlPlane);
        after.send(reconnect(after, way, held, "same", "stale", "gone"));
        Received answer = after.nextAcked();
        assertThat(answer.has(way, "stale", 2)).isTrue();
        assertThat(answer.resources()).doesNotContainKey(way.name("same"));
        assertMissing(way, answer, "gone");

        controlPlane.declare(way, "same", 3);
        assertThat(after.next().resources()).containsOnlyKeys(way.names("same"));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o51AReconnectingClientThatHasEverythingIsSentNothing(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way, "*");
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();

        TestingXdsClient everything = way.open(controlPlane);
        everything.send(reconnect(everything, way, held, "*"));
        everything.isQuiet();
        TestingXdsClient named = way.open(controlPlane);
        named.send(reconnect(named, way, held, "a", "b"));
        named.isQuiet();

        controlPlane.undeclare(way, "b");
        assertThat(everything.nextAcked().removed()).containsExactly(way.names("b"));
        assertThat(named.nextAcked().removed()).containsExactly(way.names("b"));
        TestingXdsClient later = way.open(controlPlane);
        later.send(reconnect(later, way, held, "*"));
        Received answer = later.next();
        assertThat(answer.removed()).containsExactly(way.names("b"));
        assertThat(answer.resources()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#deltaWhole")
    void o51AReconnectWithoutNamesThatHasEverythingIsSentNothing(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way);
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();

        TestingXdsClient after = way.open(controlPlane);
        after.send(reconnect(after, way, held));
        after.isQuiet();
        controlPlane.declare(way, "b", 1);
        assertThat(after.next().resources()).containsOnlyKeys("b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o51HoldsForTheFirstStreamOfAServerThatHasJustStarted(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way, "a");
        Map<String, String> held = before.nextAcked().versions();

        try (TestingControlPlane restarted = new TestingControlPlane()) {
            restarted.declare(way, "a", 1);
            TestingXdsClient after = way.open(restarted);
            after.send(reconnect(after, way, held, "a"));
            after.isQuiet();
        }
    }

    private static DeltaDiscoveryRequest reconnect(
            TestingXdsClient client, Way way, Map<String, String> held, String... names) {
        DeltaDiscoveryRequest.Builder request = client.change(way.typeUrl()).putAllInitialResourceVersions(held);
        for (String name : names) {
            request.addResourceNamesSubscribe(way.name(name));
        }
        return request.build();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#deltaWhole")
    void o52AFirstWildcardIsAnsweredEvenIfThereIsNothing(Way way) {
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        Received answer = client.nextAcked();
        assertThat(answer.resources()).isEmpty();
        assertThat(answer.removed()).isEmpty();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o53UnsubscribingNeedsNoAnswerAndUnknownNamesAreIgnored(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        client.nextAcked();
        client.unsubscribe(way, "a", "phantom");
        client.isQuiet();
        controlPlane.declare(way, "a", 2);
        client.isQuiet();

        controlPlane.declare(way, "b", 2);
        assertThat(client.next().resources()).containsOnlyKeys(way.names("b"));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o54UnsubscribingANameThatTheWildcardCoversIsAnswered(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "*", "a", "missing");
        client.nextAcked();
        client.unsubscribe(way, "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(way.names("a"));
        client.unsubscribe(way, "missing");
        assertMissing(way, client.nextAcked(), "missing");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o55ARefusedVersionIsNotSentAgainButTheNextOneIs(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b", "c");
        client.nack(client.next(), "no");
        client.rest();
        controlPlane.declare(way, "b", 1);
        assertThat(client.nextAcked().resources()).containsOnlyKeys(way.names("b"));
        controlPlane.undeclare(way, "b");
        assertThat(client.nextAcked().removed()).containsExactly(way.names("b"));

        controlPlane.declare(way, "a", 2);
        assertThat(client.nextAcked().has(way, "a", 2)).isTrue();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o55ARefusedVersionThatIsSubscribedAnewIsSentAgain(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        for (int i = 0; i < 20; i++) {
            client.nack(client.next(), "no");
            client.isQuiet();
            client.subscribe(way, "a");
        }
        assertThat(client.nextAcked().has(way, "a", 1)).isTrue();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#deltaWhole")
    void o56TheLegacyWildcardCanBeUnsubscribed(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        client.nextAcked();
        client.unsubscribe(way, "*");
        controlPlane.declare(way, "a", 2);
        controlPlane.declare(way, "b", 2);
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o57WhatChangesWhileAResponseIsUnansweredGoesOutTogetherInItsLatestState(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b", "c");
        Received first = client.next();
        for (int i = 2; i <= 500; i++) {
            controlPlane.declare(way, "a", i);
        }
        controlPlane.undeclare(way, "b");
        controlPlane.declare(way, "c", 1);
        client.isQuiet();
        client.ack(first);
        Received merged = client.nextAcked();
        assertThat(merged.has(way, "a", 500)).isTrue();
        assertThat(merged.has(way, "c", 1)).isTrue();
        assertThat(merged.removed()).containsExactly(way.names("b"));
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#hosts")
    void o58NamesAndAliasesAreBothMatchedAndTheAnswerHasTheRealNameAndAllAliases(Way way) {
        controlPlane.declare(
                way.type(),
                VirtualHost.newBuilder()
                        .setName("rc/shop")
                        .addDomains("foo.com")
                        .addDomains("bar.com")
                        .build());
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "foo.com");
        Received answer = client.nextAcked();
        assertThat(answer.resources()).containsOnlyKeys("rc/shop");
        assertThat(answer.aliases()).containsOnlyKeys("rc/shop");
        assertThat(answer.aliases().get("rc/shop")).containsExactlyInAnyOrder("rc/foo.com", "rc/bar.com");

        client.subscribe(way, "bar.com", "shop");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc/shop");
        client.unsubscribe(way, "foo.com", "shop");
        controlPlane.declare(
                way.type(),
                VirtualHost.newBuilder()
                        .setName("rc/shop")
                        .addDomains("bar.com")
                        .build());
        Received changed = client.nextAcked();
        assertThat(changed.aliases().get("rc/shop")).containsExactly("rc/bar.com");
        client.unsubscribe(way, "bar.com");
        controlPlane.undeclare(way.type(), "rc/shop");
        client.isQuiet();
    }
}
