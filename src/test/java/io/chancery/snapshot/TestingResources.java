package io.chancery.snapshot;

import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;

/** Makes resource sets by hand, for tests of what is done with them. */
public final class TestingResources {

    private TestingResources() {}

    /** Returns the set with a resource of this name whose content is told apart by a number. */
    public static ResourceSet with(ResourceSet set, ResourceType type, String name, int content) {
        return set.with(
                switch (type) {
                    case CLUSTER ->
                        Resource.of(
                                type,
                                name,
                                Cluster.newBuilder()
                                        .setName(name)
                                        .setAltStatName("content-" + content)
                                        .build());
                    case ENDPOINT ->
                        Resource.of(
                                type,
                                name,
                                ClusterLoadAssignment.newBuilder()
                                        .setClusterName(name)
                                        .setPolicy(ClusterLoadAssignment.Policy.newBuilder()
                                                .addDropOverloads(ClusterLoadAssignment.Policy.DropOverload.newBuilder()
                                                        .setCategory("content-" + content)))
                                        .build());
                });
    }

    /** Returns the set without the resource. */
    public static ResourceSet without(ResourceSet set, String name) {
        return set.without(name);
    }
}
