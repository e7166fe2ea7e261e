package io.chancery.xds;

import static io.chancery.model.ResourceType.CLUSTER;
import static io.chancery.model.ResourceType.ENDPOINT;
import static io.chancery.model.ResourceType.LISTENER;
import static io.chancery.model.ResourceType.ROUTE;
import static io.chancery.model.ResourceType.SECRET;
import static io.chancery.xds.TestingControlPlane.drop;
import static io.chancery.xds.TestingControlPlane.put;
import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static io.chancery.xds.TestingXdsClient.LDS;
import static io.chancery.xds.TestingXdsClient.RDS;
import static io.chancery.xds.TestingXdsClient.SDS;
import static io.chancery.xds.TestingXdsClient.VHDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.TestingResources;
import io.chancery.store.Stores;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.core.v3.PathConfigSource;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 1f of the protocol's obligations: the order of types on an aggregated stream. */
class OrderObligationsTest {

    /** Stands still unless a test moves it, so that no grace time runs out. */
    private final MockClock clock = new MockClock();

    private final TestingControlPlane controlPlane = new TestingControlPlane(
            Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry()),
            new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock));

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o59OneChangeSetGoesOutInTheOrderOfTypes(Variant variant) {
        List<ResourceType> types = List.of(CLUSTER, ENDPOINT, LISTENER, ROUTE, SECRET);
        types.forEach(type -> controlPlane.declare(type, "a", 0));
        TestingXdsClient client = controlPlane.ads(variant);
        types.reversed().forEach(type -> {
            client.ask(type.typeUrl(), "a");
            client.ack(client.next(type.typeUrl()));
        });
        client.isQuiet();

        for (int round = 1; round <= 200; round++) {
            int content = round;
            controlPlane.apply(types.reversed().stream()
                    .map(type -> put(type, TestingResources.message(type, "a", content)))
                    .toArray(Change[]::new));
            for (ResourceType type : types) {
                Received response = client.next(type.typeUrl());
                assertThat(response.has(new Way(variant, true, type), "a", content))
                        .isTrue();
                client.ack(response);
            }
        }
        client.isQuiet();
    }

    @Test
    void o59VirtualHostsComeAfterTheirRoutesAndBeforeTheRest() {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc"));
        controlPlane.declare(ResourceType.VIRTUAL_HOST, TestingMessages.host("rc/shop"));
        controlPlane.declare(SECRET, "key", 1);
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(RDS, "rc");
        client.nextAcked();
        client.ask(VHDS, "rc/shop");
        client.nextAcked();
        client.ask(SDS, "key");
        client.nextAcked();
        client.isQuiet();

        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("new", 1));
        controlPlane.apply(
                put(SECRET, TestingResources.message(SECRET, "key", 2)),
                put(ResourceType.VIRTUAL_HOST, TestingMessages.host("rc/shop", "new")),
                put(ROUTE, TestingMessages.routes("rc", "new")));
        assertThat(types(client.rest())).containsExactly(RDS, VHDS, SDS);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o60EndpointsAreSentAgainAfterEachNewOrChangedClusterUnasked(Variant variant) {
        for (String name : List.of("a", "b", "c")) {
            controlPlane.apply(
                    put(CLUSTER, TestingMessages.edsCluster(name, 1)),
                    put(ENDPOINT, TestingResources.message(ENDPOINT, name, 1)));
        }
        TestingXdsClient client = startedWith(variant, "a", "b", "c");

        controlPlane.apply(
                put(CLUSTER, TestingMessages.edsCluster("a", 2)), put(CLUSTER, TestingMessages.edsCluster("b", 2)));
        Received clusters = client.next(CDS);
        assertThat(clusters.resources()).containsKeys("a", "b");
        client.ack(clusters);
        Received endpoints = client.next(EDS);
        assertThat(endpoints.resources()).containsOnlyKeys("a", "b");
        client.ack(endpoints);
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o60EndpointsFollowAtOnceEvenIfTheClustersAreNotYetAcknowledged(Variant variant) {
        controlPlane.apply(
                put(CLUSTER, TestingMessages.edsCluster("a", 1)),
                put(ENDPOINT, TestingResources.message(ENDPOINT, "a", 1)));
        TestingXdsClient client = startedWith(variant, "a");

        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("a", 2));
        Received clusters = client.next(CDS);
        Received endpoints = client.next(EDS);
        assertThat(endpoints.resources()).containsOnlyKeys("a");
        client.ack(clusters);
        client.ack(endpoints);
        client.isQuiet();
    }

    /** A client that gets no clusters again (it has them) needs no endpoints again. */
    @Test
    void o60AReconnectThatHasEverythingIsSentNeither() {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient before = controlPlane.ads(Variant.DELTA);
        before.ask(CDS);
        Map<String, String> clusters = before.nextAcked().versions();
        before.ask(EDS, "a");
        Map<String, String> endpoints = before.nextAcked().versions();
        before.cancel();

        TestingXdsClient after = controlPlane.ads(Variant.DELTA);
        after.send(after.change(CDS).putAllInitialResourceVersions(clusters).build());
        after.send(after.change(EDS)
                .putAllInitialResourceVersions(endpoints)
                .addResourceNamesSubscribe("a")
                .build());
        after.isQuiet();
    }

    @Test
    void o60AReconnectWithOtherClustersIsSentTheirEndpointsThoughItHasThem() {
        controlPlane.declare(ENDPOINT, "a", 1);
        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("a", 1));
        TestingXdsClient before = controlPlane.ads(Variant.DELTA);
        before.ask(CDS);
        Map<String, String> clusters = before.nextAcked().versions();
        before.ask(EDS, "a");
        Map<String, String> endpoints = before.nextAcked().versions();
        before.cancel();
        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("a", 2));
        controlPlane.settle();

        TestingXdsClient after = controlPlane.ads(Variant.DELTA);
        after.send(after.change(EDS)
                .putAllInitialResourceVersions(endpoints)
                .addResourceNamesSubscribe("a")
                .build());
        after.isQuiet();
        after.send(after.change(CDS).putAllInitialResourceVersions(clusters).build());
        assertThat(types(after.rest())).containsExactly(CDS, EDS);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o61AClusterWithoutEndpointsHasAnEmptyAssignment(Variant variant) {
        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("lonely", 1));
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        client.nextAcked();
        client.ask(EDS, "lonely");

        assertThat(client.nextAcked().targets("lonely")).isEmpty();
        controlPlane.undeclare(CLUSTER, "lonely");
        client.rest();
        controlPlane.register("lonely", "10.0.0.1:80");
        List<Received> later = client.rest();
        assertThat(later.getLast().targets("lonely")).containsExactly("10.0.0.1:80");
    }

    @Test
    void o62EndpointsThatAreAskedForBeforeTheClustersAreAnsweredBeforeAndAfterThem() {
        controlPlane.register("a", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.SOTW);
        client.send(client.request(EDS, "a")
                .setResponseNonce("of-another-stream")
                .setVersionInfo("old")
                .build());
        Received first = client.next(EDS);
        client.send(client.request(CDS).setVersionInfo("old").build());
        Received clusters = client.next(CDS);
        client.ack(clusters);
        client.ack(first, "a");

        Received again = client.next(EDS);
        assertThat(again.resources()).containsOnlyKeys("a");
        client.ack(again);
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o63AClusterGoesOnlyAfterTheRoutesThatNamedItWereReplacedAndAcknowledged(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");

        moveRouteFromAToB();
        Received added = client.next(CDS);
        assertThat(added.resources()).containsKey("b");
        assertStillHas(variant, added, "a");
        client.ack(added);
        client.subscribe(EDS, "b");
        Received endpoints = client.next(EDS);
        assertThat(endpoints.resources()).containsOnlyKeys("b");
        client.isQuiet();
        client.ack(endpoints);
        Received routes = client.next(RDS);
        client.isQuiet();
        client.ack(routes);
        Received removed = client.next(CDS);
        assertGone(variant, removed, "a");
        client.ack(removed);
        client.rest();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o63WhereTheNewRoutesAreRefusedTheOldClusterStays(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");

        moveRouteFromAToB();
        client.ack(client.next(CDS));
        client.subscribe(EDS, "b");
        client.ack(client.next(EDS));
        client.nack(client.next(RDS), "impossible");
        client.isQuiet();
        clock.add(Duration.ofMinutes(1));
        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("other", 1));
        Received clusters = client.next(CDS);
        assertStillHas(variant, clusters, "a");
        client.ack(clusters);
        client.rest();

        controlPlane.declare(ROUTE, TestingMessages.routes("rc", "b", "other"));
        client.subscribe(EDS, "other");
        List<Received> rest = client.rest();
        assertThat(types(rest)).contains(RDS);
        assertGone(variant, ofType(rest, CDS).getLast(), "a");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o63AClientThatNeverAnswersIsWaitedForNoLongerThanTheGraceTime(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");

        moveRouteFromAToB();
        client.ack(client.next(CDS));
        client.subscribe(EDS, "b");
        client.ack(client.next(EDS));
        client.next(RDS);
        client.isQuiet();
        clock.add(Duration.ofSeconds(6));
        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("other", 1));
        assertGone(variant, client.next(CDS), "a");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o63AClusterThatAListenerNamesStaysUntilTheListenerIsReplaced(Variant variant) {
        declareWithEndpoints("a");
        controlPlane.declare(LISTENER, TestingMessages.tcpListener("edge", "a"));
        TestingXdsClient client = startedWith(variant, "a");
        client.ask(LDS);
        client.nextAcked();

        declareWithEndpoints("b");
        client.subscribe(EDS, "b");
        client.rest();
        controlPlane.apply(
                put(LISTENER, TestingMessages.tcpListener("edge", "b")), drop(CLUSTER, "a"), drop(ENDPOINT, "a"));
        Received listeners = client.next(LDS);
        client.isQuiet();
        client.ack(listeners);
        assertGone(variant, client.next(CDS), "a");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o63AnAssignmentGoesAfterItsCluster(Variant variant) {
        declareWithEndpoints("a");
        declareWithEndpoints("b");
        TestingXdsClient client = startedWith(variant, "a", "b");
        controlPlane.apply(drop(CLUSTER, "a"), drop(ENDPOINT, "a"));
        Received clusters = client.next(CDS);
        assertGone(variant, clusters, "a");
        client.isQuiet();
        client.ack(clusters);
        if (variant == Variant.DELTA) {
            assertThat(client.next(EDS).removed()).containsExactly("a");
        } else {
            client.isQuiet();
        }
    }

    /** Whoever takes away a cluster that his own routes name gets what he declared. */
    @ParameterizedTest
    @EnumSource(Variant.class)
    void o63AClusterThatTheRoutesInForceStillNameGoesAtOnce(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");
        controlPlane.apply(drop(CLUSTER, "a"));
        assertGone(variant, client.next(CDS), "a");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o64ARouteWaitsForTheClusterThatItNamesAndItsEndpoints(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");

        controlPlane.apply(
                put(CLUSTER, TestingMessages.edsCluster("b", 1)),
                put(ENDPOINT, TestingResources.message(ENDPOINT, "b", 1)),
                put(ROUTE, TestingMessages.routes("rc", "a", "b")));
        Received clusters = client.next(CDS);
        client.isQuiet();
        client.ack(clusters);
        client.isQuiet();
        client.subscribe(EDS, "b");
        Received endpoints = client.next(EDS);
        client.isQuiet();
        client.ack(endpoints);
        assertThat(client.next(RDS).resources()).containsOnlyKeys("rc");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o64WhereTheClusterIsRefusedTheOldRoutesStay(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");

        controlPlane.apply(
                put(CLUSTER, TestingMessages.edsCluster("b", 1)), put(ROUTE, TestingMessages.routes("rc", "b")));
        client.nack(client.next(CDS), "cluster b: impossible");
        client.isQuiet();
        clock.add(Duration.ofMinutes(1));
        client.isQuiet();

        controlPlane.declare(CLUSTER, TestingMessages.edsCluster("b", 2));
        client.ack(client.next(CDS));
        client.subscribe(EDS, "b");
        client.ack(client.next(EDS));
        assertThat(client.next(RDS).resources()).containsOnlyKeys("rc");
    }

    /** A client that asks for clusters by name, or has none on this stream, is not waited for. */
    @ParameterizedTest
    @EnumSource(Variant.class)
    void o64WhatTheClientDoesNotSubscribeToIsWaitedForByNobody(Variant variant) {
        controlPlane.declare(ROUTE, TestingMessages.routes("rc", "a"));
        declareWithEndpoints("a");
        TestingXdsClient routesOnly = controlPlane.ads(variant);
        routesOnly.ask(RDS, "rc");
        routesOnly.nextAcked();
        TestingXdsClient named = controlPlane.ads(variant);
        named.ask(RDS, "rc");
        named.nextAcked();
        named.ask(CDS, "a");
        named.nextAcked();
        named.ask(EDS, "a");
        named.nextAcked();

        declareWithEndpoints("b");
        controlPlane.declare(ROUTE, TestingMessages.routes("rc", "b"));
        assertThat(routesOnly.next().typeUrl()).isEqualTo(RDS);
        assertThat(named.next().typeUrl()).isEqualTo(RDS);
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o64AClusterThatHasItsEndpointsFromElsewhereIsWaitedForWithoutThem(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");
        Cluster.Builder elsewhere = TestingMessages.edsCluster("b", 1).toBuilder();
        elsewhere
                .getEdsClusterConfigBuilder()
                .setEdsConfig(ConfigSource.newBuilder()
                        .setPathConfigSource(PathConfigSource.newBuilder().setPath("/etc/envoy/b.yaml")));

        controlPlane.apply(put(CLUSTER, elsewhere.build()), put(ROUTE, TestingMessages.routes("rc", "b")));
        Received clusters = client.next(CDS);
        client.isQuiet();
        client.ack(clusters);
        assertThat(client.next(RDS).resources()).containsOnlyKeys("rc");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o64AChangeOfEndpointsAloneWaitsForNothing(Variant variant) {
        TestingXdsClient client = routedTo(variant, "a");
        moveRouteFromAToB();
        client.next(CDS);
        client.isQuiet();

        controlPlane.declare(ENDPOINT, "a", 2);
        assertThat(client.next(EDS).resources()).containsOnlyKeys("a");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o65ABurstGoesOutTogetherAndItsLastStateIsDelivered(Variant variant) {
        controlPlane.declare(CLUSTER, "a", 0);
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        Received last = client.nextAcked();
        for (int i = 1; i <= 1_000; i++) {
            controlPlane.declare(CLUSTER, "a", i);
        }
        List<Received> pushes = new ArrayList<>();
        Way way = new Way(variant, true, CLUSTER);
        while (!last.has(way, "a", 1_000)) {
            last = client.next();
            pushes.add(last);
            controlPlane.settle();
            client.ack(last);
        }
        assertThat(pushes).hasSizeLessThanOrEqualTo(2);
        client.isQuiet();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o66AClientThatDoesNotReadDelaysNobodyAndGetsOnlyTheLatestState(Variant variant) {
        controlPlane.declare(CLUSTER, "a", 0);
        TestingXdsClient stuck = controlPlane.silent(variant, Optional.empty());
        TestingXdsClient quick = controlPlane.ads(variant);
        stuck.ask(CDS);
        quick.ask(CDS);
        quick.nextAcked();
        Way way = new Way(variant, true, CLUSTER);
        for (int i = 1; i <= 100; i++) {
            controlPlane.declare(CLUSTER, "a", i);
            assertThat(quick.nextAcked().has(way, "a", i)).isTrue();
        }
        stuck.reading();
        List<Received> got = stuck.rest();
        assertThat(got).hasSizeLessThanOrEqualTo(2);
        assertThat(got.getLast().has(way, "a", 100)).isTrue();
    }

    private void declareWithEndpoints(String cluster) {
        controlPlane.apply(
                put(CLUSTER, TestingMessages.edsCluster(cluster, 1)),
                put(ENDPOINT, TestingResources.message(ENDPOINT, cluster, 1)));
    }

    /** In one change set: the new cluster, the routes to it, and the end of the old one. */
    private void moveRouteFromAToB() {
        controlPlane.apply(
                put(CLUSTER, TestingMessages.edsCluster("b", 1)),
                put(ENDPOINT, TestingResources.message(ENDPOINT, "b", 1)),
                put(ROUTE, TestingMessages.routes("rc", "b")),
                drop(CLUSTER, "a"),
                drop(ENDPOINT, "a"));
    }

    /** A client that has clusters and the endpoints of those named, and is at rest. */
    private TestingXdsClient startedWith(Variant variant, String... clusters) {
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS);
        client.nextAcked();
        client.ask(EDS, clusters);
        client.nextAcked();
        client.rest();
        return client;
    }

    /** A client that routes to a cluster which is there, and is at rest. */
    private TestingXdsClient routedTo(Variant variant, String cluster) {
        declareWithEndpoints(cluster);
        controlPlane.declare(LISTENER, TestingMessages.httpListener("edge", "rc"));
        controlPlane.declare(ROUTE, TestingMessages.routes("rc", cluster));
        TestingXdsClient client = startedWith(variant, cluster);
        client.ask(LDS);
        client.nextAcked();
        client.ask(RDS, "rc");
        client.nextAcked();
        client.isQuiet();
        return client;
    }

    private static void assertStillHas(Variant variant, Received clusters, String name) {
        assertThat(clusters.removed()).doesNotContain(name);
        if (variant == Variant.SOTW) {
            assertThat(clusters.resources()).containsKey(name);
        }
    }

    private static void assertGone(Variant variant, Received clusters, String name) {
        assertThat(clusters.resources()).doesNotContainKey(name);
        if (variant == Variant.DELTA) {
            assertThat(clusters.removed()).contains(name);
        }
    }

    private static List<String> types(List<Received> responses) {
        return responses.stream().map(Received::typeUrl).toList();
    }

    private static List<Received> ofType(List<Received> responses, String typeUrl) {
        return responses.stream()
                .filter(response -> response.typeUrl().equals(typeUrl))
                .toList();
    }
}
