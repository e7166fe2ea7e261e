package io.chancery.snapshot;

import com.google.protobuf.Message;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.sharding.ShardLabel;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.HashSet;
import java.util.Set;

/** Finds the parts of a resource that others may name by themselves: families of shards in an assignment. Pure functions. */
final class Parts {

    private Parts() {}

    static Set<String> of(Message content) {
        if (!(content instanceof ClusterLoadAssignment assignment)) {
            return Set.of();
        }
        Set<String> parts = new HashSet<>();
        for (LocalityLbEndpoints group : assignment.getEndpointsList()) {
            for (LbEndpoint endpoint : group.getLbEndpointsList()) {
                Struct metadata = endpoint.getMetadata()
                        .getFilterMetadataOrDefault(
                                ServiceCompiler.LOAD_BALANCER_METADATA, Struct.getDefaultInstance());
                for (Value label : metadata.getFieldsOrDefault(ShardLabel.KEY, Value.getDefaultInstance())
                        .getListValue()
                        .getValuesList()) {
                    parts.add(ShardLabel.family(label.getStringValue()));
                }
            }
        }
        return parts.isEmpty() ? Set.of() : parts;
    }
}
