package io.chancery.manifest.spec;

import java.util.List;
import java.util.Optional;

/** What is different where a change of shards has arrived; at least one is given. */
public record ShardTarget(
        @Field("is how many endpoints a customer has") Optional<Integer> size,
        @Field("gives other shards for another number") Optional<Integer> seed,

        @Field("is how many virtual shards customers are divided into")
        Optional<Integer> shards,

        @Field("tells how the endpoints of a shard lie") Optional<ZoneSpread> spread,

        @Field("are the endpoints that shards may have, by id; a * at the end stands for any rest")
        List<String> hosts) {

    public ShardTarget {
        hosts = List.copyOf(hosts);
    }

    boolean isNothing() {
        return size.isEmpty() && seed.isEmpty() && shards.isEmpty() && spread.isEmpty() && hosts.isEmpty();
    }
}
