package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.extension.v3.ExtensionConfigDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.ScopedRoutesDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.VirtualHostDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.MethodDescriptor;
import java.util.Optional;

/** The methods by which a client opens a stream: of a type's own service, or where no type is given the aggregated one's. */
final class TestingMethods {

    private TestingMethods() {}

    static MethodDescriptor<DiscoveryRequest, DiscoveryResponse> sotw(Optional<ResourceType> only) {
        if (only.isEmpty()) {
            return AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod();
        }
        return switch (only.get()) {
            case CLUSTER -> ClusterDiscoveryServiceGrpc.getStreamClustersMethod();
            case ENDPOINT -> EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod();
            case LISTENER -> ListenerDiscoveryServiceGrpc.getStreamListenersMethod();
            case ROUTE -> RouteDiscoveryServiceGrpc.getStreamRoutesMethod();
            case SCOPED_ROUTE -> ScopedRoutesDiscoveryServiceGrpc.getStreamScopedRoutesMethod();
            case SECRET -> SecretDiscoveryServiceGrpc.getStreamSecretsMethod();
            case RUNTIME -> RuntimeDiscoveryServiceGrpc.getStreamRuntimeMethod();
            case EXTENSION_CONFIG -> ExtensionConfigDiscoveryServiceGrpc.getStreamExtensionConfigsMethod();
            case LOCALITY_ENDPOINT, VIRTUAL_HOST -> throw new IllegalArgumentException("delta only: " + only);
        };
    }

    static MethodDescriptor<DeltaDiscoveryRequest, DeltaDiscoveryResponse> delta(Optional<ResourceType> only) {
        if (only.isEmpty()) {
            return AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod();
        }
        return switch (only.get()) {
            case CLUSTER -> ClusterDiscoveryServiceGrpc.getDeltaClustersMethod();
            case ENDPOINT -> EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod();
            case LISTENER -> ListenerDiscoveryServiceGrpc.getDeltaListenersMethod();
            case ROUTE -> RouteDiscoveryServiceGrpc.getDeltaRoutesMethod();
            case SCOPED_ROUTE -> ScopedRoutesDiscoveryServiceGrpc.getDeltaScopedRoutesMethod();
            case VIRTUAL_HOST -> VirtualHostDiscoveryServiceGrpc.getDeltaVirtualHostsMethod();
            case SECRET -> SecretDiscoveryServiceGrpc.getDeltaSecretsMethod();
            case RUNTIME -> RuntimeDiscoveryServiceGrpc.getDeltaRuntimeMethod();
            case EXTENSION_CONFIG -> ExtensionConfigDiscoveryServiceGrpc.getDeltaExtensionConfigsMethod();
            case LOCALITY_ENDPOINT -> throw new IllegalArgumentException("aggregated only: " + only);
        };
    }
}
