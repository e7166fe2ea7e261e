package io.chancery.snapshot;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.StringValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.core.v3.TypedExtensionConfig;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.ScopedRouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.runtime.v3.Runtime;

/** Makes resource sets by hand, for tests of what is done with them. */
public final class TestingResources {

    private TestingResources() {}

    /** Returns the set with a resource of this name whose content is told apart by a number. */
    public static ResourceSet with(ResourceSet set, ResourceType type, String name, int content) {
        return set.with(of(type, name, content));
    }

    /** Returns a resource of this name whose content is told apart by a number. */
    public static Resource of(ResourceType type, String name, int content) {
        return of(type, name, message(type, name, content));
    }

    public static Resource of(ResourceType type, String name, Message message) {
        return Resource.of(type, name, message, Resource.Traits.from(new Origin("test", Revision.ZERO, "")));
    }

    /** The name that a message gives itself. */
    public static String name(ResourceType type, Message message) {
        String field = type == ResourceType.ENDPOINT ? "cluster_name" : "name";
        return (String) message.getField(message.getDescriptorForType().findFieldByName(field));
    }

    /** Returns a message of this name whose content is told apart by a number. */
    public static Message message(ResourceType type, String name, int content) {
        String mark = "content-" + content;
        return switch (type) {
            case CLUSTER ->
                Cluster.newBuilder().setName(name).setAltStatName(mark).build();
            case ENDPOINT ->
                ClusterLoadAssignment.newBuilder()
                        .setClusterName(name)
                        .setPolicy(ClusterLoadAssignment.Policy.newBuilder()
                                .addDropOverloads(ClusterLoadAssignment.Policy.DropOverload.newBuilder()
                                        .setCategory(mark)))
                        .build();
            case LOCALITY_ENDPOINT ->
                LbEndpoint.newBuilder().setEndpointName(mark).build();
            case LISTENER ->
                Listener.newBuilder().setName(name).setStatPrefix(mark).build();
            case ROUTE ->
                RouteConfiguration.newBuilder()
                        .setName(name)
                        .addInternalOnlyHeaders(mark)
                        .build();
            case SCOPED_ROUTE ->
                ScopedRouteConfiguration.newBuilder()
                        .setName(name)
                        .setKey(ScopedRouteConfiguration.Key.newBuilder()
                                .addFragments(ScopedRouteConfiguration.Key.Fragment.newBuilder()
                                        .setStringKey(mark)))
                        .build();
            case VIRTUAL_HOST ->
                VirtualHost.newBuilder()
                        .setName(name)
                        .addDomains(name.substring(name.lastIndexOf('/') + 1) + "." + mark)
                        .build();
            case SECRET ->
                Secret.newBuilder()
                        .setName(name)
                        .setGenericSecret(GenericSecret.newBuilder()
                                .setSecret(DataSource.newBuilder().setInlineString(mark)))
                        .build();
            case RUNTIME ->
                Runtime.newBuilder()
                        .setName(name)
                        .setLayer(Struct.newBuilder()
                                .putFields(
                                        "mark",
                                        Value.newBuilder().setStringValue(mark).build()))
                        .build();
            case EXTENSION_CONFIG ->
                TypedExtensionConfig.newBuilder()
                        .setName(name)
                        .setTypedConfig(Any.pack(StringValue.of(mark)))
                        .build();
        };
    }

    /** Returns the set without the resource. */
    public static ResourceSet without(ResourceSet set, String name) {
        return set.without(name);
    }
}
