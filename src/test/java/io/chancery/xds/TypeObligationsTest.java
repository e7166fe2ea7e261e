package io.chancery.xds;

import static io.chancery.model.ResourceType.CLUSTER;
import static io.chancery.model.ResourceType.EXTENSION_CONFIG;
import static io.chancery.model.ResourceType.LISTENER;
import static io.chancery.model.ResourceType.ROUTE;
import static io.chancery.model.ResourceType.RUNTIME;
import static io.chancery.model.ResourceType.SCOPED_ROUTE;
import static io.chancery.model.ResourceType.SECRET;
import static io.chancery.model.ResourceType.VIRTUAL_HOST;
import static io.chancery.xds.TestingControlPlane.drop;
import static io.chancery.xds.TestingControlPlane.put;
import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.ECDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static io.chancery.xds.TestingXdsClient.LDS;
import static io.chancery.xds.TestingXdsClient.RDS;
import static io.chancery.xds.TestingXdsClient.RTDS;
import static io.chancery.xds.TestingXdsClient.SDS;
import static io.chancery.xds.TestingXdsClient.SRDS;
import static io.chancery.xds.TestingXdsClient.VHDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.snapshot.TestingResources;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Section 1g of the protocol's obligations: what single types ask for. Collections are in {@link CollectionObligationsTest}. */
class TypeObligationsTest {

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o67AnAssignmentGoesByTheServiceNameOfItsClusterWhereThatHasOne(Variant variant) {
        Cluster cluster = TestingMessages.edsCluster("front", 1);
        controlPlane.declare(CLUSTER, withServiceName(cluster, "backend"));
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        client.nextAcked();
        client.ask(EDS, "backend");
        assertThat(client.nextAcked().targets("backend")).isEmpty();

        controlPlane.register("backend", "10.0.0.1:80");
        List<Received> rest = client.rest();
        assertThat(rest.getLast().typeUrl()).isEqualTo(EDS);
        assertThat(rest.getLast().targets("backend")).containsExactly("10.0.0.1:80");
        controlPlane.declare(CLUSTER, withServiceName(TestingMessages.edsCluster("front", 2), "backend"));
        assertThat(client.nextAcked().typeUrl()).isEqualTo(CDS);
        assertThat(client.nextAcked().targets("backend")).containsExactly("10.0.0.1:80");
    }

    private static Cluster withServiceName(Cluster cluster, String name) {
        return cluster.toBuilder()
                .setEdsClusterConfig(cluster.getEdsClusterConfig().toBuilder().setServiceName(name))
                .build();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o68EachRuntimeLayerChangesAndGoesByItself(Variant variant) {
        controlPlane.declare(RUNTIME, "layer-1", 1);
        controlPlane.declare(RUNTIME, "layer-2", 1);
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(RTDS, "layer-1", "layer-2");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("layer-1", "layer-2");

        controlPlane.declare(RUNTIME, "layer-2", 2);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("layer-2");
        controlPlane.undeclare(RUNTIME, "layer-1");
        if (variant == Variant.DELTA) {
            Received removal = client.nextAcked();
            assertThat(removal.resources()).isEmpty();
            assertThat(removal.removed()).containsExactly("layer-1");
        }
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o68AStreamOfOneLayerIsSentThatLayerAndNoOther(Variant variant) {
        controlPlane.declare(RUNTIME, "layer-1", 1);
        controlPlane.declare(RUNTIME, "layer-2", 1);
        TestingXdsClient one = controlPlane.client(variant, Optional.of(RUNTIME));
        TestingXdsClient two = controlPlane.client(variant, Optional.of(RUNTIME));
        one.ask(RTDS, "layer-1");
        two.ask(RTDS, "layer-2");
        assertThat(one.nextAcked().resources()).containsOnlyKeys("layer-1");
        assertThat(two.nextAcked().resources()).containsOnlyKeys("layer-2");

        controlPlane.declare(RUNTIME, "layer-1", 2);
        assertThat(one.nextAcked().resources()).containsOnlyKeys("layer-1");
        two.isQuiet();
    }

    @Test
    void o69WithoutNamesAClientGetsTheHostsOfItsRoutesAndNoOthers() {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/a"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/b"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("other/c"));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(RDS, "rc");
        client.nextAcked();
        client.ask(VHDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc/a", "rc/b");

        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("other/d"));
        client.isQuiet();
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/e"));
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc/e");
        controlPlane.undeclare(VIRTUAL_HOST, "rc/a");
        assertThat(client.nextAcked().removed()).containsExactly("rc/a");
    }

    @Test
    void o69WithoutNamesAndHostsTheAnswerIsEmptySoThatTheStartGoesOn() {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("other/c"));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(RDS, "rc");
        client.nextAcked();
        client.ask(VHDS);
        Received answer = client.nextAcked();
        assertThat(answer.resources()).isEmpty();
        assertThat(answer.removed()).isEmpty();
        client.isQuiet();
    }

    @Test
    void o69RoutesThatAreAskedForLaterBringTheirHosts() {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        controlPlane.declare(ROUTE, TestingMessages.routes("later"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/a"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("later/b"));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(RDS, "rc");
        client.nextAcked();
        client.ask(VHDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc/a");
        client.subscribe(RDS, "later");

        List<Received> rest = client.rest();
        assertThat(rest.getFirst().resources()).containsOnlyKeys("later");
        assertThat(rest.getLast().resources()).containsKey("later/b");
    }

    @Test
    void o69AClientThatAsksForHostsBeforeRoutesIsToldOfThoseOfItsRoutesFromThenOn() {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/a"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("other/b"));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(VHDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("other/b", "rc/a");
        client.ask(RDS, "rc");
        client.rest();

        controlPlane.undeclare(VIRTUAL_HOST, "other/b");
        client.isQuiet();
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/a", "elsewhere"));
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc/a");
        client.subscribe(RDS, "other");
        assertThat(client.rest())
                .last()
                .satisfies(response -> assertThat(response.removed()).containsExactly("other/b"));
    }

    @ParameterizedTest
    @MethodSource("io.chancery.xds.Way#hosts")
    void o69AnUnknownHostIsAnsweredOnceByAResourceWithoutBody(Way way) {
        TestingXdsClient client = way.open(controlPlane);
        client.ask(way, "unknown.com");
        Received answer = client.nextAcked();
        assertThat(answer.resources()).containsOnlyKeys("rc/unknown.com");
        assertThat(answer.hasBody("rc/unknown.com")).isFalse();
        assertThat(answer.aliases()).containsEntry("rc/unknown.com", List.of("rc/unknown.com"));
        assertThat(answer.removed()).isEmpty();
        client.isQuiet();

        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/unknown.com"));
        assertThat(client.nextAcked().hasBody("rc/unknown.com")).isTrue();
        controlPlane.undeclare(VIRTUAL_HOST, "rc/unknown.com");
        assertThat(client.nextAcked().removed()).containsExactly("rc/unknown.com");
        client.isQuiet();
    }

    @Test
    void o69AfterItsRoutesChangeEveryKnownHostIsSentAgain() {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc", "one"));
        controlPlane.declare(ROUTE, TestingMessages.routes("other", "one"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/base"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("rc/asked"));
        controlPlane.declare(VIRTUAL_HOST, TestingMessages.host("other/base"));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(RDS, "rc", "other");
        client.nextAcked();
        client.ask(VHDS);
        client.nextAcked();
        client.ask(VHDS, "rc/asked.example.com");
        client.rest();

        controlPlane.declare(ROUTE, TestingMessages.routes("rc", "two"));
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("rc/base", "rc/asked");
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o70OnAStreamOfOneSecretThatOneIsSentAndARotationIsAPlainUpdate(Variant variant) {
        controlPlane.declare(SECRET, "one", 1);
        controlPlane.declare(SECRET, "two", 1);
        TestingXdsClient client = controlPlane.client(variant, Optional.of(SECRET));
        client.ask(SDS, "one");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("one");

        controlPlane.declare(SECRET, "two", 2);
        client.isQuiet();
        controlPlane.declare(SECRET, "one", 2);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("one");
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o70OnTheAggregatedStreamSecretsGoOnlyToWhoAskedForThem(Variant variant) {
        controlPlane.declare(SECRET, "one", 1);
        controlPlane.declare(SECRET, "two", 1);
        controlPlane.declare(SECRET, "three", 1);
        TestingXdsClient client = controlPlane.ads(variant);
        TestingXdsClient other = controlPlane.ads(variant);
        client.ask(SDS, "one", "two");
        other.ask(SDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("one", "two");
        controlPlane.declare(SECRET, "three", 2);
        client.isQuiet();
        controlPlane.declare(SECRET, "two", 2);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("two");
        other.isQuiet();
    }

    @Test
    void o71AMissingSecretIsNamedAsRemovedOnceAlsoToAClientThatRefusesThat() {
        TestingXdsClient client = controlPlane.client(Variant.DELTA, Optional.of(SECRET));
        client.ask(SDS, "missing");
        Received answer = client.next();
        assertThat(answer.removed()).containsExactly("missing");
        for (int i = 0; i < 3; i++) {
            client.nack(answer, "unexpected removal");
            client.isQuiet();
        }
        controlPlane.declare(SECRET, "missing", 1);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("missing");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o72AFiltersConfigurationIsAskedForByTheFiltersName(Variant variant) {
        controlPlane.declare(LISTENER, TestingMessages.httpListener("edge", "rc", "limit"));
        controlPlane.declare(EXTENSION_CONFIG, "limit", 1);
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(LDS);
        client.nextAcked();
        client.ask(ECDS, "limit");
        Received config = client.nextAcked();
        assertThat(config.has(new Way(variant, true, EXTENSION_CONFIG), "limit", 1))
                .isTrue();
        controlPlane.declare(EXTENSION_CONFIG, "limit", 2);
        assertThat(client.nextAcked().typeUrl()).isEqualTo(ECDS);
        client.isQuiet();
    }

    @Test
    void o73AFiltersConfigurationStaysWhileAListenerNamesIt() {
        controlPlane.declare(LISTENER, TestingMessages.httpListener("edge", "rc", "limit"));
        controlPlane.declare(EXTENSION_CONFIG, "limit", 1);
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(LDS);
        client.nextAcked();
        client.ask(ECDS, "limit");
        client.nextAcked();

        controlPlane.undeclare(EXTENSION_CONFIG, "limit");
        client.isQuiet();
        controlPlane.declare(LISTENER, TestingMessages.httpListener("edge", "rc"));
        Received listeners = client.next();
        assertThat(listeners.typeUrl()).isEqualTo(LDS);
        client.isQuiet();
        client.ack(listeners);
        assertThat(client.nextAcked().removed()).containsExactly("limit");
    }

    @Test
    void o73AFiltersConfigurationStaysAlsoOnItsOwnServiceWhileAListenerNamesIt() {
        controlPlane.declare(LISTENER, TestingMessages.httpListener("edge", "rc", "limit"));
        controlPlane.declare(EXTENSION_CONFIG, "limit", 1);
        TestingXdsClient client = controlPlane.client(Variant.DELTA, Optional.of(EXTENSION_CONFIG));
        client.ask(ECDS, "limit", "other");
        client.nextAcked();

        controlPlane.undeclare(EXTENSION_CONFIG, "limit");
        client.isQuiet();
        controlPlane.declare(EXTENSION_CONFIG, "other", 1);
        assertThat(client.nextAcked().removed()).isEmpty();
        controlPlane.undeclare(LISTENER, "edge");
        client.isQuiet();
        controlPlane.declare(EXTENSION_CONFIG, "other", 2);
        assertThat(client.nextAcked().removed()).containsExactly("limit");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o74AScopeIsNotSentBeforeItsRoutesExist(Variant variant) {
        controlPlane.declare(SCOPED_ROUTE, TestingMessages.scope("early", "rc"));
        controlPlane.declare(SCOPED_ROUTE, "inline", 1);
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(SRDS);
        assertThat(client.nextAcked().resources()).containsOnlyKeys("inline");

        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        assertThat(client.nextAcked().resources()).containsKey("early");
        controlPlane.undeclare(ROUTE, "rc");
        Received gone = client.nextAcked();
        assertThat(gone.resources()).doesNotContainKey("early");
        assertThat(gone.removed()).isEqualTo(variant == Variant.DELTA ? List.of("early") : List.of());
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o74ScopesComeAfterTheRoutesThatChangeWithThem(Variant variant) {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        controlPlane.declare(SCOPED_ROUTE, TestingMessages.scope("one", "rc"));
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(SRDS);
        client.nextAcked();
        client.ask(RDS, "rc", "rc2");
        client.nextAcked();
        controlPlane.apply(
                put(SCOPED_ROUTE, TestingMessages.scope("two", "rc2")), put(ROUTE, TestingMessages.routes("rc2")));
        assertThat(client.rest()).extracting(Received::typeUrl).containsExactly(RDS, SRDS);
    }

    @Test
    void o74AScopeCanBeAskedForByName() {
        controlPlane.declare(SCOPED_ROUTE, "one", 1);
        controlPlane.declare(SCOPED_ROUTE, "two", 1);
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(SRDS, "two");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("two");
        client.subscribe(SRDS, "one");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("one");
    }

    /** Names of servers come from a template and have characters that mean something elsewhere. */
    @ParameterizedTest
    @EnumSource(Variant.class)
    void o75AResourceThatIsAskedForByNameHasExactlyThatName(Variant variant) {
        String server = "grpc/server?xds.resource.listening_address=[::]:50051";
        controlPlane.declare(LISTENER, Listener.newBuilder().setName(server).build());
        controlPlane.declare(
                LISTENER, Listener.newBuilder().setName("shop.example.com:80").build());
        controlPlane.declare(CLUSTER, "a", 1);
        controlPlane.declare(CLUSTER, "A", 1);
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(LDS, server);
        assertThat(client.nextAcked().resources()).containsOnlyKeys(server);
        client.ask(CDS, "a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys("a");
        client.isQuiet();
    }

    @Test
    void aSecretThatIsGoneIsGoneForANewClientToo() {
        controlPlane.apply(put(SECRET, TestingResources.message(SECRET, "key", 1)));
        controlPlane.apply(drop(SECRET, "key"));
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.send(client.change(SDS)
                .putAllInitialResourceVersions(Map.of("key", "old"))
                .addResourceNamesSubscribe("key")
                .build());
        assertThat(client.nextAcked().removed()).containsExactly("key");
    }
}
