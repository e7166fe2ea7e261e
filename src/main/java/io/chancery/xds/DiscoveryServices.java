package io.chancery.xds;

import com.google.protobuf.AbstractMessage;
import com.google.protobuf.Message;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.cluster.v3.ClusterDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.endpoint.v3.EndpointDiscoveryServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import java.util.Optional;

/** The gRPC services of the protocol: the aggregated one and one for each type, each in both variants. */
final class DiscoveryServices {

    private static final DiscoveryCallHandler.Reader<DiscoveryRequest> SOTW = new DiscoveryCallHandler.Reader<>(
            Variant.SOTW,
            DiscoveryRequest::getTypeUrl,
            request -> node(request.hasNode(), request.getNode()),
            ClientRequest::of,
            AbstractMessage::getSerializedSize);

    private static final DiscoveryCallHandler.Reader<DeltaDiscoveryRequest> DELTA = new DiscoveryCallHandler.Reader<>(
            Variant.DELTA,
            DeltaDiscoveryRequest::getTypeUrl,
            request -> node(request.hasNode(), request.getNode()),
            ClientRequest::of,
            AbstractMessage::getSerializedSize);

    private final XdsEngine engine;

    DiscoveryServices(XdsEngine engine) {
        this.engine = engine;
    }

    BindableService aggregated() {
        return () -> service(
                AggregatedDiscoveryServiceGrpc.SERVICE_NAME,
                AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(),
                AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(),
                Optional.empty());
    }

    BindableService clusters() {
        return () -> service(
                ClusterDiscoveryServiceGrpc.SERVICE_NAME,
                ClusterDiscoveryServiceGrpc.getStreamClustersMethod(),
                ClusterDiscoveryServiceGrpc.getDeltaClustersMethod(),
                Optional.of(ResourceType.CLUSTER));
    }

    BindableService endpoints() {
        return () -> service(
                EndpointDiscoveryServiceGrpc.SERVICE_NAME,
                EndpointDiscoveryServiceGrpc.getStreamEndpointsMethod(),
                EndpointDiscoveryServiceGrpc.getDeltaEndpointsMethod(),
                Optional.of(ResourceType.ENDPOINT));
    }

    private ServerServiceDefinition service(
            String name,
            MethodDescriptor<DiscoveryRequest, ?> sotw,
            MethodDescriptor<DeltaDiscoveryRequest, ?> delta,
            Optional<ResourceType> only) {
        return ServerServiceDefinition.builder(name)
                .addMethod(
                        encoded(sotw, DiscoveryRequest.getDefaultInstance()),
                        new DiscoveryCallHandler<>(engine, SOTW, only))
                .addMethod(
                        encoded(delta, DeltaDiscoveryRequest.getDefaultInstance()),
                        new DiscoveryCallHandler<>(engine, DELTA, only))
                .build();
    }

    /** The generated method, but with responses that are bytes already. */
    private static <Q extends Message> MethodDescriptor<Optional<Q>, EncodedResponse> encoded(
            MethodDescriptor<Q, ?> method, Q prototype) {
        return method.toBuilder(new RequestMarshaller<>(prototype), EncodedResponseMarshaller.INSTANCE)
                .build();
    }

    private static Optional<Node> node(boolean present, Node node) {
        return present ? Optional.of(node) : Optional.empty();
    }
}
