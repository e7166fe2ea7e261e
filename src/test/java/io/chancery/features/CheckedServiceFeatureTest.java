package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.chancery.manifest.TestingRules;
import io.chancery.model.ResourceType;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import java.net.http.HttpResponse;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One service that registers and is checked by Envoy, behind one port: all that its Envoy is told, and started with. */
class CheckedServiceFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String EDS = ResourceType.ENDPOINT.typeUrl();
    private static final String LDS = ResourceType.LISTENER.typeUrl();
    private static final String RDS = ResourceType.ROUTE.typeUrl();

    private TestingApplication app;
    private TestingNode node;

    @BeforeEach
    void start() {
        app = TestingApplication.start();
        apply("true");
        node = TestingNode.connect(
                        app.channel(),
                        Node.newBuilder()
                                .setId("test-id")
                                .setCluster("mycluster")
                                .build())
                .ask(CDS)
                .ask(EDS, "myservice")
                .ask(LDS)
                .ask(RDS, "local_route");
        assertThat(app.send("GET", "/edsservice/register?endpoint=127.0.0.1:8081", "")
                        .body())
                .isEqualTo("127.0.0.1:8081 ok");
    }

    @AfterEach
    void stop() {
        node.close();
        app.close();
    }

    private void apply(String ignoreHealth) {
        String manifests = """
            kind: Service
            name: myservice
            spec:
              connectTimeout: 250ms
              healthCheck: {http: {path: /healthz}, timeout: 1s, interval: 5s, unhealthyThreshold: 1, healthyThreshold: 1}
              ignoreHealthOnHostRemoval: %s
            ---
            kind: Listener
            name: listener_0
            nodes: {id: test-id, cluster: mycluster}
            spec:
              port: 10000
              statPrefix: ingress_http
              routeTable: local_route
              virtualHosts: {name: local_service, routes: {prefix: /, service: myservice}}
            """.formatted(ignoreHealth);
        HttpResponse<String> answer = app.send("POST", "/v1/apply", manifests, "Content-Type", "application/yaml");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private <M extends Message> M has(String type, String name, Class<M> message) {
        await(name).until(() -> node.has(type).containsKey(name));
        return TestingNode.read(Objects.requireNonNull(node.has(type).get(name)), message);
    }

    @Test
    void itsClusterChecksAndConnectsAsDeclared() {
        Cluster cluster = has(CDS, "myservice", Cluster.class);
        HealthCheck check = cluster.getHealthChecks(0);

        assertThat(TestingRules.faults(cluster)).isEmpty();
        assertThat(cluster.getType()).isEqualTo(Cluster.DiscoveryType.EDS);
        assertThat(cluster.getConnectTimeout()).isEqualTo(Durations.fromMillis(250));
        assertThat(check.getHttpHealthCheck().getPath()).isEqualTo("/healthz");
        assertThat(check.getTimeout()).isEqualTo(Durations.fromSeconds(1));
        assertThat(check.getInterval()).isEqualTo(Durations.fromSeconds(5));
        assertThat(check.getUnhealthyThreshold().getValue()).isEqualTo(1);
        assertThat(check.getHealthyThreshold().getValue()).isEqualTo(1);
        await("the endpoint").until(() -> {
            ClusterLoadAssignment assignment = has(EDS, "myservice", ClusterLoadAssignment.class);
            return TestingRules.faults(assignment).isEmpty()
                    && assignment.toString().contains("port_value: 8081");
        });
    }

    @Test
    void whetherARemovedEndpointWaitsForItsCheckIsSettable() {
        assertThat(has(CDS, "myservice", Cluster.class).getIgnoreHealthOnHostRemoval())
                .isTrue();

        apply("false");

        await("the change").until(() -> !has(CDS, "myservice", Cluster.class).getIgnoreHealthOnHostRemoval());
    }

    @Test
    void itsPortLeadsThereAndEveryFilterHasItsType() throws InvalidProtocolBufferException {
        Listener listener = has(LDS, "listener_0", Listener.class);
        RouteConfiguration routes = has(RDS, "local_route", RouteConfiguration.class);
        Any filter = listener.getFilterChains(0).getFilters(0).getTypedConfig();
        HttpConnectionManager manager = filter.unpack(HttpConnectionManager.class);

        assertThat(TestingRules.faults(listener)).isEmpty();
        assertThat(TestingRules.faults(routes)).isEmpty();
        assertThat(listener.getAddress().getSocketAddress().getPortValue()).isEqualTo(10_000);
        assertThat(manager.getStatPrefix()).isEqualTo("ingress_http");
        assertThat(manager.getHttpFiltersList()).isNotEmpty().allMatch(HttpFilter::hasTypedConfig);
        assertThat(routes.getVirtualHostsList())
                .extracting(VirtualHost::getName)
                .containsExactly("local_service");
        assertThat(routes.getVirtualHosts(0).getRoutes(0).getMatch().getPrefix())
                .isEqualTo("/");
        assertThat(routes.getVirtualHosts(0).getRoutes(0).getRoute().getCluster())
                .isEqualTo("myservice");
    }

    @Test
    void theFileThatItsEnvoyIsStartedWithSaysWhoItIs() {
        Bootstrap file = bootstrap("node=test-id&cluster=mycluster&admin=0.0.0.0:9000");

        assertThat(file.getNode().getId()).isEqualTo("test-id");
        assertThat(file.getNode().getCluster()).isEqualTo("mycluster");
    }

    @ParameterizedTest
    @CsvSource({"'', 127.0.0.1, 9901", "&admin=127.0.0.1:9090, 127.0.0.1, 9090", "&admin=0.0.0.0:9000, 0.0.0.0, 9000"})
    void thePagesOfAnEnvoyAreForItsMachineAloneUnlessItsFileIsAskedForWithAnotherAddress(
            String query, String address, int port) {
        Bootstrap file = bootstrap("node=gateway-1&cluster=gateway" + query);

        assertThat(file.getAdmin().getAddress().getSocketAddress())
                .isEqualTo(SocketAddress.newBuilder()
                        .setAddress(address)
                        .setPortValue(port)
                        .build());
    }

    private Bootstrap bootstrap(String query) {
        HttpResponse<String> answer = app.send("GET", "/v1/bootstrap?" + query, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Bootstrap file = TestingRules.read(answer.body(), Bootstrap.class);
        assertThat(TestingRules.faults(file)).isEmpty();
        // Rules that were not there would find nothing either.
        Bootstrap.Builder wrong = file.toBuilder();
        wrong.getLayeredRuntimeBuilder().addLayers(RuntimeLayer.getDefaultInstance());
        assertThat(TestingRules.faults(wrong.build())).isNotEmpty();
        return file;
    }
}
