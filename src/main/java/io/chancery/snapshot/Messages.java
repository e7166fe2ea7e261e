package io.chancery.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;

/** The protobuf message of each resource type. */
final class Messages {

    private Messages() {}

    static Message parse(ResourceType type, ByteString content) throws InvalidProtocolBufferException {
        return parser(type).parseFrom(content);
    }

    private static Parser<? extends Message> parser(ResourceType type) {
        return switch (type) {
            case CLUSTER -> Cluster.parser();
            case ENDPOINT -> ClusterLoadAssignment.parser();
            case LOCALITY_ENDPOINT -> LbEndpoint.parser();
            case LISTENER -> Listener.parser();
            case ROUTE -> RouteConfiguration.parser();
            case SCOPED_ROUTE -> ScopedRouteConfiguration.parser();
            case VIRTUAL_HOST -> VirtualHost.parser();
            case SECRET -> Secret.parser();
            case RUNTIME -> Runtime.parser();
            case EXTENSION_CONFIG -> TypedExtensionConfig.parser();
        };
    }
}
