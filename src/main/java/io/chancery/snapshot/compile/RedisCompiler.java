package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.model.ResourceType;
import java.util.List;

/** The two services that a Redis master's manifest stands for. Pure functions. */
final class RedisCompiler {

    private RedisCompiler() {}

    /**
     * Compiles the clusters of the master and of those that are read from. Where Envoys are told names, these are in the
     * clusters, for no assignment could have them; while there is nobody to name the clusters wait for an assignment.
     */
    static List<CompiledResource> compile(String name, RedisMaster redis, Surroundings surroundings) {
        String master = redis.masterCluster(name);
        String replicas = redis.replicasCluster(name);
        return List.of(
                new CompiledResource(
                        ResourceType.CLUSTER,
                        master,
                        ClusterCompiler.compile(master, redis.masterSpec(names(redis, surroundings.members(master))))),
                new CompiledResource(
                        ResourceType.CLUSTER,
                        replicas,
                        ClusterCompiler.compile(
                                replicas, redis.replicasSpec(names(redis, surroundings.members(replicas))))));
    }

    private static List<HostName> names(RedisMaster redis, List<String> members) {
        if (!redis.announcesNames()) {
            return List.of();
        }
        return redis.nodes().stream()
                .filter(node -> members.contains(node.toString()))
                .map(redis::announced)
                .toList();
    }
}
