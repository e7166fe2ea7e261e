package io.chancery.xds;

import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.extension.v3.ExtensionConfigDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.listener.v3.ListenerDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.RouteDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.ScopedRoutesDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.route.v3.VirtualHostDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.runtime.v3.RuntimeDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The gRPC services of the protocol: the aggregated one and one for each type, each in both variants as far as the protocol has them. */
final class DiscoveryServices {

    private final XdsEngine engine;

    DiscoveryServices(XdsEngine engine) {
        this.engine = engine;
    }

    BindableService aggregated() {
        return () -> service(
                AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(),
                AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(),
                Optional.empty());
    }

    /** The services of single types. */
    List<ServerServiceDefinition> single() {
        return Stream.of(ResourceType.values())
                .map(this::single)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<ServerServiceDefinition> single(ResourceType type) {
        return switch (type) {
            case CLUSTER ->
                single(
                        type,
                        ClusterDiscoveryServiceGrpc.getStreamClustersMethod(),
                        ClusterDiscoveryServiceGrpc.getDeltaClustersMethod());
            case ENDPOINT ->
                single(
                        type,
                        EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod(),
                        EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod());
            // Collections go over the aggregated stream only: the assignments that name them say so.
            case LOCALITY_ENDPOINT -> Optional.empty();
            case LISTENER ->
                single(
                        type,
                        ListenerDiscoveryServiceGrpc.getStreamListenersMethod(),
                        ListenerDiscoveryServiceGrpc.getDeltaListenersMethod());
            case ROUTE ->
                single(
                        type,
                        RouteDiscoveryServiceGrpc.getStreamRoutesMethod(),
                        RouteDiscoveryServiceGrpc.getDeltaRoutesMethod());
            case SCOPED_ROUTE ->
                single(
                        type,
                        ScopedRoutesDiscoveryServiceGrpc.getStreamScopedRoutesMethod(),
                        ScopedRoutesDiscoveryServiceGrpc.getDeltaScopedRoutesMethod());
            case VIRTUAL_HOST ->
                Optional.of(ServerServiceDefinition.builder(VirtualHostDiscoveryServiceGrpc.SERVICE_NAME)
                        .addMethod(method(
                                VirtualHostDiscoveryServiceGrpc.getDeltaVirtualHostsMethod(),
                                WireRequest.Form.DELTA,
                                Optional.of(type)))
                        .build());
            case SECRET ->
                single(
                        type,
                        SecretDiscoveryServiceGrpc.getStreamSecretsMethod(),
                        SecretDiscoveryServiceGrpc.getDeltaSecretsMethod());
            case RUNTIME ->
                single(
                        type,
                        RuntimeDiscoveryServiceGrpc.getStreamRuntimeMethod(),
                        RuntimeDiscoveryServiceGrpc.getDeltaRuntimeMethod());
            case EXTENSION_CONFIG ->
                single(
                        type,
                        ExtensionConfigDiscoveryServiceGrpc.getStreamExtensionConfigsMethod(),
                        ExtensionConfigDiscoveryServiceGrpc.getDeltaExtensionConfigsMethod());
        };
    }

    private Optional<ServerServiceDefinition> single(
            ResourceType type,
            MethodDescriptor<DiscoveryRequest, ?> sotw,
            MethodDescriptor<DeltaDiscoveryRequest, ?> delta) {
        return Optional.of(service(sotw, delta, Optional.of(type)));
    }

    private ServerServiceDefinition service(
            MethodDescriptor<DiscoveryRequest, ?> sotw,
            MethodDescriptor<DeltaDiscoveryRequest, ?> delta,
            Optional<ResourceType> only) {
        return ServerServiceDefinition.builder(Objects.requireNonNull(sotw.getServiceName()))
                .addMethod(method(sotw, WireRequest.Form.SOTW, only))
                .addMethod(method(delta, WireRequest.Form.DELTA, only))
                .build();
    }

    /** The generated method, but with messages that are bytes. */
    private ServerMethodDefinition<Optional<WireRequest>, EncodedResponse> method(
            MethodDescriptor<?, ?> method, WireRequest.Form form, Optional<ResourceType> only) {
        return ServerMethodDefinition.create(
                method.toBuilder(new WireRequestMarshaller(form), EncodedResponseMarshaller.INSTANCE)
                        .build(),
                new DiscoveryCallHandler(engine, form.variant(), only));
    }
}
