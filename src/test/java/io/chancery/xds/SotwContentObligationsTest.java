package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.xds.TestingXdsClient.Received;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1b of the protocol's obligations: state of the world, what to send. */
class SotwContentObligationsTest {

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwParts")
    void o19AFirstRequestIsAnsweredWhenWhatItNamesFirstExists(Way way) {
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.isQuiet();

        controlPlane.declare(way, "a", 1);
        assertThat(client.nextAcked().has(way, "a", 1)).isTrue();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o19AFirstRequestIsAnsweredAtOnceWithWhatExists(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");

        Received first = client.nextAcked();
        assertThat(first.typeUrl()).isEqualTo(way.typeUrl());
        assertThat(first.resources()).containsOnlyKeys("a");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o20TheVersionChangesWithTheContentAndOnlyWithIt(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        String one = client.nextAcked().version();
        controlPlane.declare(way, "a", 2);
        String two = client.nextAcked().version();
        controlPlane.declare(way, "a", 1);
        String three = client.next().version();

        assertThat(two).isNotEqualTo(one);
        assertThat(three).isEqualTo(one);
    }

    @Test
    void o20AChangeOfOneTypeLeavesTheVersionOfAnother() {
        controlPlane.register("cart", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.SOTW);
        client.ask(CDS);
        String before = client.nextAcked().version();
        client.ask(EDS, "cart");
        client.nextAcked();
        controlPlane.register("cart", "10.0.0.2:80");
        assertThat(client.nextAcked().typeUrl()).isEqualTo(EDS);

        TestingXdsClient later = controlPlane.ads(Variant.SOTW);
        later.ask(CDS);
        assertThat(later.nextAcked().version()).isEqualTo(before);
        controlPlane.register("shop", "10.0.0.2:80");
        assertThat(later.next().version()).isNotEqualTo(before);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o20AnotherServerWithTheSameContentHasTheSameVersion(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 2);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        try (TestingControlPlane other = new TestingControlPlane()) {
            other.declare(way, "b", 7);
            other.declare(way, "c", 1);
            other.declare(way, "a", 1);
            other.declare(way, "b", 2);
            other.undeclare(way, "c");
            TestingXdsClient otherClient = way.open(other);
            otherClient.ask(way, "b", "a");

            Received here = client.next();
            Received there = otherClient.next();
            assertThat(there.version()).isEqualTo(here.version());
            assertThat(there.resources()).isEqualTo(here.resources());
        }
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o21AnAckAndChangesOfOtherNamesAreFollowedByNothing(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.nextAcked();
        client.isQuiet();

        controlPlane.declare(way, "other", 1);
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "other", 2);
        controlPlane.undeclare(way, "other");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwWhole")
    void o22EveryResponseOfAWholeTypeIsCompleteWhatEverIsSubscribed(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        for (int i = 0; i < 98; i++) {
            controlPlane.declare(way, "s" + i, 1);
        }
        TestingXdsClient all = way.open(controlPlane);
        all.ask(way);
        assertThat(all.nextAcked().resources()).hasSize(100);
        TestingXdsClient two = way.open(controlPlane);
        two.ask(way, "a", "b");
        assertThat(two.nextAcked().resources()).containsOnlyKeys("a", "b");

        controlPlane.declare(way, "a", 2);
        assertThat(all.next().resources()).hasSize(100);
        Received changed = two.next();
        assertThat(changed.resources()).containsOnlyKeys("a", "b");
        assertThat(changed.has(way, "a", 2)).isTrue();
        assertThat(changed.has(way, "b", 1)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwWhole")
    void o23AResourceThatIsAbsentIsDeletedAndTheLastLeavesAnEmptyResponse(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        client.nextAcked();

        controlPlane.undeclare(way, "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("b");
        controlPlane.undeclare(way, "b");
        assertThat(client.nextAcked().resources()).isEmpty();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwParts")
    void o25AResponseOfOtherTypesHoldsOnlyWhatChangedAndDeletionNeedsNone(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        client.nextAcked();

        controlPlane.declare(way, "a", 2);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a");
        controlPlane.undeclare(way, "b");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o26AMissingNameHoldsBackNoOther(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "missing");

        assertThat(client.nextAcked().resources()).containsOnlyKeys("a");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o27AMissingNameIsRememberedAndSentEachTimeItComesIntoBeing(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "late");
        client.nextAcked();

        controlPlane.declare(way, "late", 1);
        assertThat(client.nextAcked().has(way, "late", 1)).isTrue();
        controlPlane.undeclare(way, "late");
        controlPlane.declare(way, "a", 2);
        client.rest();
        controlPlane.declare(way, "late", 1);
        controlPlane.declare(way, "other", 1);
        Received again = client.nextAcked();
        assertThat(again.has(way, "late", 1)).isTrue();
        assertThat(again.resources()).doesNotContainKey("other");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o28ANameThatIsNewInTheRequestIsSentEvenIfItIsUnchangedAndWasSentBefore(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        Received first = client.nextAcked();

        client.ask(way, "b");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("b");
        client.ask(way, "a");
        Received again = client.nextAcked();
        assertThat(again.resources()).isEqualTo(first.resources());
        assertThat(again.version()).isEqualTo(first.version());
        assertThat(again.nonce()).isNotEqualTo(first.nonce());
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o29ANameThatLeftTheListIsNoLongerSentAndLeavingNeedsNoAnswer(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        client.nextAcked();
        client.ask(way, "a");
        client.isQuiet();

        controlPlane.declare(way, "b", 2);
        client.isQuiet();
        controlPlane.declare(way, "a", 2);
        assertThat(client.next().resources()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o30ATypeWithoutSubscriptionIsSentNothingAtAll(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a");
        client.nextAcked();
        client.ask(way);
        client.isQuiet();

        controlPlane.declare(way, "a", 2);
        controlPlane.declare(way, "b", 2);
        controlPlane.undeclare(way, "a");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o31OrderIsFreeAndRepeatedUnknownAndEmptyNamesAreTolerated(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "a", "b");
        client.nextAcked();
        client.ask(way, "b", "a", "b");
        client.isQuiet();

        TestingXdsClient one = way.open(controlPlane);
        TestingXdsClient other = way.open(controlPlane);
        one.ask(way, "a", "unknown", "a");
        other.ask(way, "b", "");
        assertThat(one.nextAcked().resources()).containsOnlyKeys("a");
        assertThat(other.nextAcked().resources()).containsOnlyKeys("b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotwParts")
    void o31TheEmptyNameIsAMissingNameAndNoWildcard(Way way) {
        controlPlane.declare(way, "a", 1);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "");
        client.isQuiet();
        controlPlane.declare(way, "a", 2);
        client.isQuiet();
    }
}
