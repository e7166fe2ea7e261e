package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.manifest.Change;
import io.chancery.model.Locality;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.registry.Precondition;
import io.chancery.snapshot.TestingResources;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.core.v3.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1d of the protocol's obligations: wildcards, in both variants. */
class WildcardObligationsTest {

    private static final NodeSelector BLUE = tagged("blue");
    private static final NodeSelector RED = tagged("red");

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    private void declareTwo(Way way) {
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(way, "b", 1);
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#whole")
    void o39AFirstRequestForAWholeTypeWithoutNamesMeansAll(Way way) {
        declareTwo(way);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a", "b");

        controlPlane.declare(way, "c", 1);
        assertThat(client.nextAcked().resources()).containsKey("c");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#parts")
    void o40AFirstRequestForAnyOtherTypeWithoutNamesMeansNothing(Way way) {
        declareTwo(way);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        client.isQuiet();
        controlPlane.declare(way, "a", 2);
        client.isQuiet();

        client.subscribe(way, "b");
        assertThat(client.next().resources()).containsOnlyKeys("b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o41AStarIsTheWildcardAloneOrBesideNamesAndAtAnyTime(Way way) {
        declareTwo(way);
        TestingXdsClient alone = way.open(controlPlane);
        alone.ask(way, "*");
        assertThat(alone.next().resources()).containsOnlyKeys(way.names("a", "b"));

        TestingXdsClient beside = way.open(controlPlane);
        beside.ask(way, "*", "a");
        assertThat(beside.next().resources()).containsOnlyKeys(way.names("a", "b"));

        TestingXdsClient later = way.open(controlPlane);
        later.ask(way, "a");
        assertThat(later.nextAcked().resources()).containsOnlyKeys(way.names("a"));
        later.subscribe(way, "*");
        assertThat(later.nextAcked().resources()).containsKeys(way.names("b"));
        later.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o42OnceANameWasGivenNoNamesMeansNothing(Way way) {
        declareTwo(way);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        client.rest();
        client.subscribe(way, "*", "a");
        assertThat(client.nextAcked().resources()).containsKeys(way.names("a"));
        client.rest();
        client.unsubscribe(way, "*");
        client.isQuiet();
        client.unsubscribe(way, "a");
        client.isQuiet();

        controlPlane.declare(way, "a", 2);
        controlPlane.declare(way, "b", 2);
        controlPlane.undeclare(way, "a");
        client.isQuiet();
    }

    /** The four steps of the example in the protocol's text. */
    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#whole")
    void o42TheProtocolsFourSteps(Way way) {
        declareTwo(way);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a", "b");

        client.subscribe(way, "*", "a");
        assertThat(client.nextAcked().resources()).containsKey("a");
        controlPlane.declare(way, "c", 1);
        assertThat(client.nextAcked().resources()).containsKey("c");

        client.unsubscribe(way, "*");
        client.rest();
        controlPlane.declare(way, "d", 1);
        client.isQuiet();
        controlPlane.declare(way, "a", 2);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a");

        client.unsubscribe(way, "a");
        client.isQuiet();
        controlPlane.declare(way, "a", 3);
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o43DroppingTheStarLeavesTheNames(Way way) {
        declareTwo(way);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "*", "a");
        client.nextAcked();
        client.unsubscribe(way, "*");
        client.isQuiet();
        controlPlane.declare(way, "b", 2);
        client.isQuiet();

        controlPlane.declare(way, "a", 2);
        assertThat(client.next().resources()).containsOnlyKeys(way.names("a"));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o44NamesBesideTheWildcardAddToIt(Way way) {
        declareTwo(way);
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "*", "later");
        Received first = client.nextAcked();
        assertThat(first.resources()).containsKeys(way.names("a", "b"));
        if (way.type() == ResourceType.VIRTUAL_HOST) {
            assertThat(first.hasBody("rc/later")).isFalse();
        } else {
            assertThat(first.removed()).isEqualTo(way.variant() == Variant.DELTA ? List.of("later") : List.of());
        }

        controlPlane.declare(way, "later", 1);
        assertThat(client.nextAcked().has(way, "later", 1)).isTrue();
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o45TheWildcardIsWhatIsMeantForTheNode(Way way) {
        controlPlane.declare(BLUE, way.type(), way.name("b"), 1);
        controlPlane.declare(RED, way.type(), way.name("r"), 1);
        controlPlane.declare(way, "all", 1);
        TestingXdsClient blue = way.open(controlPlane).withNode(node("one", "blue"));
        TestingXdsClient red = way.open(controlPlane).withNode(node("two", "red"));
        blue.ask(way, "*");
        red.ask(way, "*");

        assertThat(blue.nextAcked().resources()).containsOnlyKeys(way.names("all", "b"));
        assertThat(red.nextAcked().resources()).containsOnlyKeys(way.names("all", "r"));
        controlPlane.declare(BLUE, way.type(), way.name("b"), 2);
        assertThat(blue.nextAcked().has(way, "b", 2)).isTrue();
        red.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o45AResourceThatIsMeantForOthersFromNowOnMoves(Way way) {
        controlPlane.declare(BLUE, way.type(), way.name("x"), 1);
        controlPlane.declare(way, "all", 1);
        TestingXdsClient blue = way.open(controlPlane).withNode(node("one", "blue"));
        TestingXdsClient red = way.open(controlPlane).withNode(node("two", "red"));
        blue.ask(way, "*");
        red.ask(way, "*");
        blue.nextAcked();
        red.nextAcked();

        controlPlane.apply(
                new Change.Delete(TestingControlPlane.key(BLUE, way.type(), way.name("x")), Precondition.NONE),
                TestingControlPlane.put(
                        RED, way.type(), TestingResources.message(way.type(), way.name("x"), 1), Optional.empty()));

        assertThat(red.nextAcked().has(way, "x", 1)).isTrue();
        assertLost(way, blue, "x");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o45ANodeThatDescribesItselfAnewOnTheSameStreamGetsWhatIsMeantForItNow(Way way) {
        controlPlane.declare(BLUE, way.type(), way.name("b"), 1);
        controlPlane.declare(RED, way.type(), way.name("r"), 1);
        controlPlane.declare(BLUE, way.type(), way.name("both"), 1);
        controlPlane.declare(RED, way.type(), way.name("both"), 2);
        controlPlane.declare(way, "all", 1);
        TestingXdsClient client = way.open(controlPlane).withNode(node("one", "blue"));
        client.ask(way, "*");
        Received first = client.nextAcked();
        assertThat(first.resources()).containsOnlyKeys(way.names("all", "b", "both"));
        assertThat(first.has(way, "both", 1)).isTrue();

        client.withNode(node("one", "red"));
        client.subscribe(way, "*");
        Received moved = client.next();
        assertThat(moved.has(way, "r", 1)).isTrue();
        assertThat(moved.has(way, "both", 2)).isTrue();
        assertThat(moved.resources()).doesNotContainKey(way.name("b"));
        assertThat(moved.removed()).isEqualTo(way.variant() == Variant.DELTA ? List.of(way.name("b")) : List.of());
    }

    /** A resource for all beside one of the same name for some: those some get theirs. */
    @Test
    void o45WhatIsMeantForTheNodeGoesBeforeWhatIsMeantForAll() {
        Way way = new Way(Variant.DELTA, true, ResourceType.ROUTE);
        controlPlane.declare(way, "a", 1);
        controlPlane.declare(BLUE, way.type(), "a", 2);
        TestingXdsClient blue = way.open(controlPlane).withNode(node("one", "blue"));
        TestingXdsClient red = way.open(controlPlane).withNode(node("two", "red"));
        blue.ask(way, "a");
        red.ask(way, "a");
        assertThat(blue.nextAcked().has(way, "a", 2)).isTrue();
        assertThat(red.nextAcked().has(way, "a", 1)).isTrue();

        controlPlane.undeclare(BLUE, way.type(), "a");
        assertThat(blue.nextAcked().has(way, "a", 1)).isTrue();
        red.isQuiet();
    }

    private static void assertLost(Way way, TestingXdsClient client, String name) {
        if (way.variant() == Variant.DELTA) {
            assertThat(client.nextAcked().removed()).containsExactly(way.name(name));
        } else if (way.type().isWhole()) {
            assertThat(client.nextAcked().resources()).doesNotContainKey(name);
        }
        client.isQuiet();
    }

    private static NodeSelector tagged(String team) {
        return new NodeSelector(List.of(), List.of(), Map.of("team", team), Locality.UNKNOWN);
    }

    private static Node node(String id, String team) {
        return Node.newBuilder()
                .setId(id)
                .setMetadata(Struct.newBuilder()
                        .putFields(
                                "team", Value.newBuilder().setStringValue(team).build()))
                .build();
    }
}
