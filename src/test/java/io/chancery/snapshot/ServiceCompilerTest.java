package io.chancery.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.linecorp.armeria.internal.shaded.xds.pgv.ReflectiveValidatorIndex;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.registry.ServiceView;
import io.chancery.snapshot.compile.Surroundings;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceCompilerTest {

    private static final ServiceName CART = new ServiceName("cart");
    private static final Locality WEST = new Locality("eu-west", "a", "");
    private static final Locality NORTH = new Locality("eu-north", "b", "rack-1");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry registry = new EndpointRegistry(store, 100, meters);

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void aClusterHasItsEndpointsByAdsAndPassesEnvoysRules() throws Exception {
        register(endpoint("10.0.0.1:80", WEST, 0));

        Cluster cluster = read(ServiceCompiler.cluster(view(), Surroundings.NONE), Cluster.class);

        assertThat(cluster.getName()).isEqualTo("cart");
        assertThat(cluster.getType()).isEqualTo(Cluster.DiscoveryType.EDS);
        assertThat(cluster.getEdsClusterConfig().getEdsConfig().hasAds()).isTrue();
        assertThat(cluster.getEdsClusterConfig().getServiceName())
                .as("the assignment has the cluster's own name")
                .isEmpty();
        assertValid(cluster);
    }

    @Test
    void endpointsOfOneLocalityAndPriorityShareOneSortedEntry() throws Exception {
        register(endpoint("10.0.0.3:80", WEST, 0));
        register(endpoint("10.0.0.2:80", NORTH, 0));
        register(endpoint("10.0.0.1:80", WEST, 0));
        register(endpoint("10.0.0.4:80", WEST, 1));

        ClusterLoadAssignment assignment =
                read(ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class);

        assertThat(assignment.getEndpointsList())
                .extracting(
                        group -> group.getPriority() + " " + group.getLocality().getRegion() + " "
                                + group.getLbEndpointsList().stream()
                                        .map(ServiceCompilerTest::target)
                                        .toList())
                .containsExactly(
                        "0 eu-north [10.0.0.2:80]", "0 eu-west [10.0.0.1:80, 10.0.0.3:80]", "1 eu-west [10.0.0.4:80]");
        assertThat(assignment.getEndpoints(0).getLocality().getSubZone()).isEqualTo("rack-1");
        assertValid(assignment);
    }

    @Test
    void weightMetadataAndDrainingReachEnvoy() throws Exception {
        register(new Endpoint(
                new EndpointId("one"),
                HostPort.parse("[2001:db8::1]:8080"),
                7,
                Locality.UNKNOWN,
                0,
                Map.of("stage", "canary", "build", "17"),
                EndpointState.DRAINING));

        LocalityLbEndpoints group = read(
                        ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class)
                .getEndpoints(0);
        LbEndpoint endpoint = group.getLbEndpoints(0);

        assertThat(group.hasLocality())
                .as("gRPC clients refuse an entry without one")
                .isTrue();
        assertThat(target(endpoint)).isEqualTo("2001:db8::1:8080");
        assertThat(endpoint.getLoadBalancingWeight().getValue()).isEqualTo(7);
        assertThat(endpoint.getHealthStatus()).isEqualTo(HealthStatus.DRAINING);
        assertThat(endpoint.getMetadata().getFilterMetadataOrThrow("envoy.lb").getFieldsMap())
                .hasEntrySatisfying(
                        "stage", value -> assertThat(value.getStringValue()).isEqualTo("canary"))
                .hasEntrySatisfying(
                        "build", value -> assertThat(value.getStringValue()).isEqualTo("17"));
    }

    @Test
    void anAddressThatIsRegisteredTwiceIsSentOnce() throws Exception {
        register(new Endpoint(
                new EndpointId("backup"), HostPort.parse("10.0.0.1:80"), 1, WEST, 1, Map.of(), EndpointState.ACTIVE));
        register(new Endpoint(
                new EndpointId("first"), HostPort.parse("10.0.0.1:80"), 1, WEST, 0, Map.of(), EndpointState.ACTIVE));

        ClusterLoadAssignment assignment =
                read(ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class);

        assertThat(assignment.getEndpointsList()).hasSize(1);
        assertThat(assignment.getEndpoints(0).getPriority()).isZero();
    }

    @Test
    void anEntryHasTheWeightOfItsEndpointsThatTakeNewRequests() throws Exception {
        register(weighted("10.0.0.1:80", 65_535, EndpointState.ACTIVE));
        register(weighted("10.0.0.2:80", 3, EndpointState.ACTIVE));
        register(weighted("10.0.0.3:80", 5, EndpointState.DRAINING));

        assertThat(read(ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class)
                        .getEndpoints(0)
                        .getLoadBalancingWeight()
                        .getValue())
                .isEqualTo(65_538);
    }

    @Test
    void anEntryWhoseEndpointsAllDrainHasTheLeastWeightThatIsValid() throws Exception {
        register(weighted("10.0.0.1:80", 7, EndpointState.DRAINING));

        ClusterLoadAssignment assignment =
                read(ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class);

        assertThat(assignment.getEndpoints(0).getLoadBalancingWeight().getValue())
                .isOne();
        assertValid(assignment);
    }

    @Test
    void noPriorityBelowTheLastIsLeftOut() throws Exception {
        register(endpoint("10.0.0.1:80", WEST, 1));
        register(endpoint("10.0.0.2:80", NORTH, 3));
        register(endpoint("10.0.0.3:80", WEST, 3));

        ClusterLoadAssignment assignment =
                read(ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class);

        assertThat(assignment.getEndpointsList())
                .extracting(group -> group.getPriority() + " " + group.getLbEndpointsCount())
                .containsExactly("0 0", "1 1", "2 0", "3 1", "3 1");
        assertThat(assignment.getEndpointsList())
                .filteredOn(group -> group.getLbEndpointsCount() == 0)
                .extracting(group -> group.getLocality().getRegion())
                .as("gRPC for Java takes one entry of each locality, whatever their priorities")
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(assignment.getEndpointsList())
                .allMatch(LocalityLbEndpoints::hasLocality)
                .allMatch(LocalityLbEndpoints::hasLoadBalancingWeight);
        assertValid(assignment);
    }

    @Test
    void aServiceWithoutEndpointsHasAnEmptyAssignment() throws Exception {
        register(endpoint("10.0.0.1:80", WEST, 0));
        registry.deregister(CART, new EndpointId("10.0.0.1:80"), Precondition.NONE);

        ClusterLoadAssignment assignment =
                read(ServiceCompiler.assignment(view(), ShardLabels.NONE), ClusterLoadAssignment.class);

        assertThat(assignment.getClusterName()).isEqualTo("cart");
        assertThat(assignment.getEndpointsList()).isEmpty();
    }

    private static Endpoint weighted(String address, int weight, EndpointState state) {
        return new Endpoint(
                new EndpointId(address), HostPort.parse(address), weight, Locality.UNKNOWN, 0, Map.of(), state);
    }

    private void register(Endpoint endpoint) {
        registry.register(CART, endpoint, Precondition.NONE);
    }

    private ServiceView view() {
        return registry.view().service(CART).orElseThrow();
    }

    private static Endpoint endpoint(String target, Locality locality, int priority) {
        HostPort hostPort = HostPort.parse(target);
        return new Endpoint(new EndpointId(target), hostPort, 1, locality, priority, Map.of(), EndpointState.ACTIVE);
    }

    private static String target(LbEndpoint endpoint) {
        var address = endpoint.getEndpoint().getAddress().getSocketAddress();
        return address.getAddress() + ":" + address.getPortValue();
    }

    private static <T extends Message> T read(Resource resource, Class<T> type) throws InvalidProtocolBufferException {
        return Any.parseFrom(resource.any()).unpack(type);
    }

    @SuppressWarnings("unchecked")
    private static <T extends Message> void assertValid(T message) throws Exception {
        new ReflectiveValidatorIndex()
                .validatorFor((Class<T>) message.getClass())
                .assertValid(message);
    }
}
