package io.chancery.sharding;

import io.chancery.manifest.spec.CustomerKey;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShardTarget;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.ZoneSpread;
import io.chancery.model.EndpointId;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Policies and hosts as tests need them. */
final class TestingShards {

    static final int SHARDS = 1_024;

    private TestingShards() {}

    static ShuffleShard policy(int size) {
        return policy(size, SHARDS, 0);
    }

    static ShuffleShard policy(int size, int shards, int seed) {
        return new ShuffleShard(
                new CustomerKey(
                        Optional.of("x-customer-id"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false,
                        false),
                size,
                shards,
                seed,
                ZoneSpread.NONE,
                List.of(),
                ShuffleShard.Choice.LEAST_REQUEST,
                ShuffleShard.Nameless.REJECT,
                ShuffleShard.WholeShard.FAIL,
                ShuffleShard.Mechanism.FILTER,
                false,
                new TreeMap<>(),
                new TreeMap<>(),
                Optional.empty());
    }

    /** The policy with customers of their own size, by ids with the sizes. */
    static ShuffleShard withSizes(ShuffleShard policy, SortedMap<String, Integer> sizes) {
        SortedMap<String, ShuffleShard.Customer> customers = new TreeMap<>();
        sizes.forEach((id, size) -> customers.put(
                id,
                new ShuffleShard.Customer(
                        Optional.of(size), Optional.empty(), List.of(), List.of(), Optional.empty())));
        return policy.with(customers);
    }

    /** The policy with another size on its way to a percentage of the customers. */
    static ShuffleShard towardsSize(ShuffleShard policy, int size, int percent) {
        return policy.with(Optional.of(new ShardRollout(
                new ShardTarget(Optional.of(size), Optional.empty(), Optional.empty(), Optional.empty(), List.of()),
                ShardRollout.Share.CUSTOMERS,
                List.of(new ShardRollout.Step(percent, Optional.empty())),
                0,
                ShardRollout.State.RUNNING,
                Optional.empty(),
                Optional.empty(),
                Optional.empty())));
    }

    static List<ShardHost> hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(TestingShards::id)
                .map(id -> new ShardHost(id, 1, ""))
                .toList();
    }

    static EndpointId id(int index) {
        return new EndpointId("host-%04d".formatted(index));
    }

    static Sharding sharding(int hosts, int size) {
        return Sharding.of(policy(size), hosts(hosts));
    }
}
