package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Status;
import io.chancery.xds.TestingXdsClient.Received;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1c of the protocol's obligations: state of the world, what answers, nonces and reconnects mean. */
class SotwReplyObligationsTest {

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o32ARequestWithAnOlderNonceChangesNothingAndItsWishComesAgainWithTheAck(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "c", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        Received first = client.nextAcked();
        controlPlane.declare(way, "a", 2);
        controlPlane.settle();

        client.send(client.request(way.typeUrl(), "a", "c")
                .setResponseNonce(first.nonce())
                .build());
        Received second = client.next();
        assertThat(second.has(way, "a", 2)).isTrue();
        assertThat(second.resources()).containsOnlyKeys("a");
        client.isQuiet();
        client.ack(second, "a", "c");
        assertThat(client.next().resources()).containsKey("c");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o33OnlyErrorDetailMakesARefusal(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.next();
        client.send(client.request(way.typeUrl(), "a").setVersionInfo("older").build());
        controlPlane.settle();
        assertThat(replies(way, "nack")).isZero();

        controlPlane.declare(way, "a", 2);
        Received second = client.next();
        client.send(client.request(way.typeUrl(), "a")
                .setVersionInfo(second.version())
                .setErrorDetail(Status.getDefaultInstance())
                .build());
        controlPlane.settle();
        assertThat(replies(way, "nack")).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o34ARefusedContentIsNotSentAgainHoweverOftenItIsRefused(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        Received response = client.next();
        for (int i = 0; i < 20; i++) {
            client.nack(response, "no");
        }
        client.isQuiet();
        client.send(client.request(way.typeUrl(), "a").setVersionInfo("older").build());
        client.isQuiet();
        controlPlane.declare(way, "other", 1);
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o34AnAnswerThatNamesAnOlderVersionIsFollowedByNothing(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.next();
        client.send(client.request(way.typeUrl(), "a").setVersionInfo("older").build());
        client.isQuiet();

        controlPlane.declare(way, "a", 2);
        assertThat(client.next().has(way, "a", 2)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o35ARefusalThatNamesMoreIsServedTheMoreAndNotTheRefused(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.nack(client.next(), "no", "b");

        assertThat(client.nextAcked().resources()).containsOnlyKeys("b");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o35ARefusalThatNamesLessIsSentNoMoreOfTheRest(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        Received first = client.next();
        client.send(client.request(way.typeUrl(), "b")
                .setErrorDetail(Status.newBuilder().setMessage("no"))
                .build());
        client.isQuiet();
        controlPlane.declare(way, "a", 2);
        client.isQuiet();

        controlPlane.declare(way, "b", 2);
        Received next = client.next();
        assertThat(next.resources()).containsOnlyKeys("b");
        assertThat(next.nonce()).isNotEqualTo(first.nonce());
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o35AResourceThatIsRefusedByNameHoldsBackNoOther(Way way) {
        controlPlane.declare(way, "good", 1);
        controlPlane.declare(way, "bad", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "good", "bad", "better");
        client.nack(client.next(), "bad is impossible");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("good");
        client.isQuiet();

        controlPlane.declare(way, "better", 1);
        Received next = client.nextAcked();
        assertThat(next.resources()).containsKey("better").doesNotContainKey("bad");
        controlPlane.declare(way, "bad", 2);
        assertThat(client.next().has(way, "bad", 2)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o36WhatChangedMeanwhileIsSentRightAfterARefusal(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        Received refused = client.next();
        controlPlane.declare(way, "a", 2);
        client.isQuiet();
        client.nack(refused, "no");

        assertThat(client.nextAcked().has(way, "a", 2)).isTrue();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwWhole")
    void o37AReconnectForEverythingWithTheCurrentVersionIsSentNothingUntilSomethingChanges(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way);
        Received held = before.nextAcked();
        before.cancel();

        TestingXdsClient after = way.open(controlPlane);
        after.send(after.request(way.typeUrl()).setVersionInfo(held.version()).build());
        after.isQuiet();

        controlPlane.declare(way, "b", 2);
        Received changed = after.nextAcked();
        assertThat(changed.resources()).containsOnlyKeys("a", "b");
        controlPlane.undeclare(way, "a");
        assertThat(after.nextAcked().resources()).containsOnlyKeys("b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwWhole")
    void o37AReconnectForEverythingWithAnotherVersionIsAnsweredInFull(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way);
        Received held = before.nextAcked();
        before.cancel();
        controlPlane.declare(way, "b", 1);

        TestingXdsClient after = way.open(controlPlane);
        after.send(after.request(way.typeUrl()).setVersionInfo(held.version()).build());
        assertThat(after.next().resources()).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwWhole")
    void o37TheVersionOfASubsetIsNotTakenForThatOfEverything(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way, "a");
        Received held = before.nextAcked();
        before.cancel();

        TestingXdsClient after = way.open(controlPlane);
        after.send(after.request(way.typeUrl()).setVersionInfo(held.version()).build());
        assertThat(after.next().resources()).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o37AReconnectByNameIsAlwaysAnswered(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way, "a");
        Received held = before.nextAcked();
        before.cancel();

        TestingXdsClient after = way.open(controlPlane);
        after.send(
                after.request(way.typeUrl(), "a").setVersionInfo(held.version()).build());
        Received again = after.next();
        assertThat(again.version()).isEqualTo(held.version());
        assertThat(again.resources()).isEqualTo(held.resources());
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o38WhatWasSentAcceptedAndRefusedIsOnRecord(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane).withNode("edge-1");
        client.ask(way, "a");
        Received first = client.next();
        assertThat(record(way).state()).isEqualTo(StreamStatus.State.STALE);
        assertThat(record(way).sentVersion()).isEqualTo(first.version());
        client.ack(first);
        controlPlane.settle();
        assertThat(record(way).state()).isEqualTo(StreamStatus.State.SYNCED);
        assertThat(record(way).acknowledgedVersion()).isEqualTo(first.version());

        controlPlane.declare(way, "a", 2);
        Received second = client.next();
        client.nack(second, "impossible content");
        controlPlane.settle();
        assertThat(record(way).state()).isEqualTo(StreamStatus.State.ERROR);
        assertThat(record(way).sentVersion()).isEqualTo(second.version());
        assertThat(record(way).acknowledgedVersion()).isEqualTo(first.version());
        assertThat(record(way).refusal().orElseThrow().message()).isEqualTo("impossible content");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwWhole")
    void o38AReconnectThatIsSentNothingCountsAsAccepted(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient before = way.open(controlPlane);
        before.ask(way);
        Received held = before.nextAcked();
        before.cancel();
        TestingXdsClient after = way.open(controlPlane).withNode("edge-1");
        after.send(after.request(way.typeUrl()).setVersionInfo(held.version()).build());
        after.isQuiet();

        assertThat(record(way).state()).isEqualTo(StreamStatus.State.SYNCED);
        assertThat(record(way).acknowledgedVersion()).isEqualTo(held.version());
    }

    private StreamStatus.TypeStatus record(Way way) {
        List<StreamStatus.TypeStatus> types = new EngineStatus(controlPlane.engine, () -> Instant.EPOCH)
                .details(node -> node.id().equals("edge-1")).stream()
                        .flatMap(detail -> detail.status().types().stream())
                        .toList();
        assertThat(types).hasSize(1);
        assertThat(types.getFirst().typeUrl()).isEqualTo(way.typeUrl());
        return types.getFirst();
    }

    private double replies(Way way, String outcome) {
        return controlPlane.meter(
                "chancery.xds.replies", "type", way.type().shortName(), "variant", "sotw", "outcome", outcome);
    }
}
