package io.chancery.fleet;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.chancery.model.EnvoySince;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.GenericSecret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.List;
import java.util.Optional;

/** Versions of resources as they would be compiled from manifests. */
final class TestingVersions {

    private TestingVersions() {}

    /** A cluster that differs from others of its name by its timeout; it was declared at the revision of the same number. */
    static Resource cluster(String name, int seconds) {
        return cluster(name, seconds, "Resource/" + name);
    }

    static Resource cluster(String name, int seconds, String source) {
        return resource(
                ResourceType.CLUSTER,
                name,
                Cluster.newBuilder()
                        .setName(name)
                        .setConnectTimeout(Duration.newBuilder().setSeconds(seconds))
                        .build(),
                new Origin(source, new Revision(seconds), "ada"));
    }

    static Resource routes(String cluster, int revision) {
        return resource(
                ResourceType.ROUTE,
                "routes",
                RouteConfiguration.newBuilder()
                        .setName("routes")
                        .addVirtualHosts(VirtualHost.newBuilder()
                                .setName("all")
                                .addRoutes(Route.newBuilder()
                                        .setRoute(RouteAction.newBuilder().setCluster(cluster))))
                        .build(),
                new Origin("Resource/routes", new Revision(revision), "ada"));
    }

    /** A secret that is nothing but this text. */
    static Resource secret(String name, String text) {
        return resource(
                ResourceType.SECRET,
                name,
                Secret.newBuilder()
                        .setName(name)
                        .setGenericSecret(GenericSecret.newBuilder()
                                .setSecret(DataSource.newBuilder().setInlineString(text)))
                        .build(),
                new Origin("Resource/" + name, new Revision(1), "ada"));
    }

    /** The same version, declared again later. */
    static Resource at(Resource resource, int revision) {
        return resource(
                resource.type(),
                resource.name(),
                resource.message(),
                new Origin(resource.origin().source(), new Revision(revision), "bob"));
    }

    /** The same, for nodes that are Envoys of a version or a newer one. */
    static Resource since(Resource resource, EnvoySince since) {
        Origin origin = resource.origin();
        return resource(
                resource.type(),
                resource.name(),
                resource.message(),
                new Origin(origin.source(), origin.revision(), origin.author(), Optional.of(since)));
    }

    private static Resource resource(ResourceType type, String name, Message content, Origin origin) {
        try {
            return Resource.restored(
                    type, name, content.toByteString(), new Resource.Traits(List.of(), Optional.empty(), origin));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
