package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.xds.TestingXdsClient.Received;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1d of the protocol's obligations: wildcards. */
class WildcardObligationsTest {

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @BeforeEach
    void register() {
        controlPlane.register("a", "10.0.0.1:80");
        controlPlane.register("b", "10.0.0.1:80");
    }

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o39AFirstRequestForClustersWithoutNamesMeansAll(Way way) {
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a", "b");

        controlPlane.register("c", "10.0.0.1:80");
        assertThat(client.next().resources()).containsKey("c");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o40AFirstRequestForEndpointsWithoutNamesMeansNothing(Way way) {
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS);
        client.isQuiet();
        controlPlane.register("a", "10.0.0.2:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o41AStarIsTheWildcardAloneOrBesideNames(Way way) {
        TestingXdsClient alone = way.open(controlPlane, CDS);
        alone.ask(CDS, "*");
        assertThat(alone.next().resources()).containsOnlyKeys("a", "b");

        TestingXdsClient beside = way.open(controlPlane, EDS);
        beside.ask(EDS, "*", "a");
        assertThat(beside.next().resources()).containsOnlyKeys("a", "b");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#sotw")
    void o42OnceANameWasGivenAnEmptyListMeansNothing(Way way) {
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        client.nextAcked();
        client.ask(CDS, "*", "a");
        client.nextAcked("*", "a");
        client.ask(CDS, "a");
        client.isQuiet();
        client.ask(CDS);
        client.isQuiet();

        controlPlane.remove("a");
        controlPlane.register("c", "10.0.0.1:80");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#delta")
    void o42TheProtocolsFourStepsInDelta(Way way) {
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a", "b");
        client.ask(CDS, "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a");
        controlPlane.register("c", "10.0.0.1:80");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("c");
        unsubscribe(client, "*");
        controlPlane.register("d", "10.0.0.1:80");
        client.isQuiet();
        unsubscribe(client, "a");
        controlPlane.remove("a");
        client.isQuiet();
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o43DroppingTheStarLeavesTheNames(Way way) {
        TestingXdsClient client = way.open(controlPlane, EDS);
        client.ask(EDS, "*", "a");
        client.nextAcked("*", "a");
        if (way.variant() == Variant.SOTW) {
            client.ask(EDS, "a");
        } else {
            unsubscribe(client, "*");
        }
        controlPlane.register("b", "10.0.0.2:80");
        client.isQuiet();

        controlPlane.register("a", "10.0.0.2:80");
        assertThat(client.next().resources()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#all")
    void o44NamesBesideTheWildcardAddToIt(Way way) {
        TestingXdsClient client = way.open(controlPlane, CDS);
        client.ask(CDS, "*", "later");
        Received first = client.nextAcked("*", "later");
        assertThat(first.resources()).containsOnlyKeys("a", "b");
        assertThat(first.removed()).isEqualTo(way.variant() == Variant.DELTA ? List.of("later") : List.of());

        controlPlane.register("later", "10.0.0.1:80");
        assertThat(client.next().resources()).containsKey("later");
        client.isQuiet();
    }

    private static void unsubscribe(TestingXdsClient client, String name) {
        client.send(client.change(client.lastType())
                .addResourceNamesUnsubscribe(name)
                .build());
    }
}
