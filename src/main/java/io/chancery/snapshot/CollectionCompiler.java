package io.chancery.snapshot;

import io.chancery.model.Locality;
import io.chancery.model.ResourceType;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.ServiceView;
import io.envoyproxy.envoy.config.core.v3.AggregatedConfigSource;
import io.envoyproxy.envoy.config.core.v3.ApiVersion;
import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LedsClusterLocalityConfig;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A large service as glob collections: one for each priority and locality, with one resource for each endpoint, so that
 * the change of one endpoint sends that endpoint alone. Pure functions.
 *
 * <p>Where two ids have the same address both go out; Envoy takes an address once.
 */
final class CollectionCompiler {

    private static final String AUTHORITY = "xdstp://chancery/envoy.config.endpoint.v3.LbEndpoint/";

    private final EndpointForm form;

    CollectionCompiler(EndpointForm form) {
        this.form = form;
    }

    /** The service's assignment: where its collections are found. A service without endpoints keeps one, empty. */
    Resource assignment(ServiceView service) {
        SortedSet<ServiceCompiler.Group> groups = new TreeSet<>();
        for (RegisteredEndpoint registered : service.endpoints().values()) {
            groups.add(ServiceCompiler.Group.of(registered.endpoint()));
        }
        if (groups.isEmpty()) {
            groups.add(new ServiceCompiler.Group(0, Locality.UNKNOWN));
        }
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(service.name().value());
        for (ServiceCompiler.Group group : groups) {
            assignment.addEndpoints(collection(service, group));
        }
        return Resource.of(
                ResourceType.ENDPOINT,
                service.name().value(),
                assignment.build(),
                ServiceCompiler.traits(service).withVersionMark(form.versionMark()));
    }

    private LocalityLbEndpoints.Builder collection(ServiceView service, ServiceCompiler.Group group) {
        return group.toBuilder()
                .setLedsClusterLocalityConfig(LedsClusterLocalityConfig.newBuilder()
                        .setLedsConfig(ConfigSource.newBuilder()
                                .setAds(AggregatedConfigSource.getDefaultInstance())
                                .setResourceApiVersion(ApiVersion.V3))
                        .setLedsCollectionName(path(service, group) + "*"));
    }

    /** Returns the members of all collections after the service went from one state to another. */
    ResourceSet members(ResourceSet members, ServiceView before, ServiceView after, Touched touched) {
        ResourceSet next = members;
        for (var entry : before.endpoints().entrySet()) {
            @Nullable RegisteredEndpoint still = after.endpoints().get(entry.getKey());
            if (!entry.getValue().equals(still)) {
                String name = name(before, entry.getValue());
                if (still == null || !name(after, still).equals(name)) {
                    next = next.without(name);
                    touched.add(ResourceType.LOCALITY_ENDPOINT, name);
                }
            }
        }
        for (var entry : after.endpoints().entrySet()) {
            if (!Objects.equals(before.endpoints().get(entry.getKey()), entry.getValue())) {
                Resource resource = member(after, entry.getValue());
                if (!resource.equals(next.get(resource.name()))) {
                    next = next.with(resource);
                    touched.add(ResourceType.LOCALITY_ENDPOINT, resource.name());
                }
            }
        }
        return next;
    }

    private Resource member(ServiceView service, RegisteredEndpoint registered) {
        return Resource.of(
                ResourceType.LOCALITY_ENDPOINT,
                name(service, registered),
                ServiceCompiler.lbEndpoint(registered),
                Resource.Traits.from(new Origin(ServiceCompiler.source(service), registered.changed(), "")));
    }

    private String name(ServiceView service, RegisteredEndpoint registered) {
        return path(service, ServiceCompiler.Group.of(registered.endpoint()))
                + encoded(registered.endpoint().id().value());
    }

    private String path(ServiceView service, ServiceCompiler.Group group) {
        Locality locality = group.locality();
        String place = String.join(
                ".",
                form.mark(),
                Integer.toString(group.priority()),
                encoded(locality.region()),
                encoded(locality.zone()),
                encoded(locality.subZone()));
        return AUTHORITY + encoded(service.name().value()) + '/' + place + '/';
    }

    /** The address of an endpoint may have brackets and percent signs, which mean something in such a name. */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
