package io.chancery.rollout;

import static io.chancery.rollout.TestingPolicies.policy;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.sharding.Shard;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.ShardPlan;
import io.chancery.sharding.Sharding;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a change reaches, among 10,000 customers of twelve endpoints. */
class RolloutPropertyTest {

    private static final List<String> CUSTOMERS =
            IntStream.range(0, 10_000).mapToObj(i -> "customer-" + i).toList();
    private static final List<ShardHost> HOSTS = IntStream.rangeClosed(1, 12)
            .mapToObj(i -> new ShardHost(new EndpointId("10.0.0." + i + ":80"), 1, ""))
            .toList();

    private static ShuffleShard at(int percent, String to) {
        return policy("""
                "rollout": {"to": %s, "steps": {"percent": %d}}""".formatted(to, percent));
    }

    private static Sharding sharding(int percent, String to) {
        return Sharding.of(at(percent, to), HOSTS);
    }

    private static List<Shard> shards(Sharding sharding) {
        return CUSTOMERS.stream().map(sharding::shardOf).toList();
    }

    private static List<String> moved(Sharding sharding) {
        return CUSTOMERS.stream().filter(sharding::isMoved).toList();
    }

    @ParameterizedTest(name = "to {0}")
    @ValueSource(strings = {"{\"size\": 3}", "{\"seed\": 1}", "{\"seed\": 2}", "{\"seed\": 77}", "{\"shards\": 2048}"})
    void aTenthOfTheCustomersHasTheChangeAndTheOthersHaveWhatTheyHad(String to) {
        Sharding sharding = sharding(10, to);
        ShardPlan before = sharding.current();
        ShardPlan after = sharding.next().orElseThrow();

        assertThat(moved(sharding)).hasSizeBetween(800, 1_200);
        for (String customer : CUSTOMERS) {
            assertThat(sharding.shardOf(customer))
                    .isEqualTo((sharding.isMoved(customer) ? after : before).shardOf(customer));
        }
        assertThat(CUSTOMERS.stream()
                        .filter(one -> !before.shardOf(one)
                                .hosts()
                                .equals(sharding.shardOf(one).hosts())))
                .as("whose endpoints are others")
                .hasSizeLessThanOrEqualTo(1_200);
    }

    @ParameterizedTest(name = "to seed {0}")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void whoHasItAtTenPercentHasItAtTwentyFiveAndAllHaveItAtAHundred(int seed) {
        String to = "{\"seed\": " + seed + '}';
        Sharding quarter = sharding(25, to);

        assertThat(moved(sharding(10, to))).allMatch(quarter::isMoved);
        assertThat(moved(quarter)).hasSizeBetween(2_300, 2_700);
        assertThat(moved(sharding(100, to))).isEqualTo(CUSTOMERS);
        assertThat(moved(sharding(0, to))).isEmpty();
    }

    @ParameterizedTest(name = "from {0} %")
    @ValueSource(ints = {0, 10, 50, 100})
    void rollingBackPutsAllBackAndPromotingTakesAllOn(int percent) {
        ShuffleShard under = at(percent, "{\"seed\": 3}");
        Sharding before = Sharding.of(policy(), HOSTS);
        Sharding whole = sharding(100, "{\"seed\": 3}");

        ShuffleShard back = ((RolloutResult.Next) Course.rolledBack(under)).policy();
        ShuffleShard on = ((RolloutResult.Next) Course.promoted(under, Instant.EPOCH)).policy();

        assertThat(shards(Sharding.of(back, HOSTS))).isEqualTo(shards(before));
        assertThat(shards(Sharding.of(on, HOSTS))).isEqualTo(shards(whole)).isNotEqualTo(shards(before));
    }

    @ParameterizedTest(name = "with {0} endpoints")
    @ValueSource(ints = {0, 1, 12})
    void whomItReachesDoesNotDependOnTheEndpoints(int hosts) {
        Sharding some = Sharding.of(at(10, "{\"seed\": 3}"), HOSTS.subList(0, hosts));

        assertThat(moved(some)).isEqualTo(moved(sharding(10, "{\"seed\": 3}")));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25})
    void aChangeThatGoesToNodesReachesNoCustomerOnTheOthers(int percent) {
        ShuffleShard policy = policy("""
                "rollout": {"to": {"seed": 3}, "by": "nodes", "steps": {"percent": %d}}""".formatted(percent));
        Sharding sharding = Sharding.of(policy, HOSTS);

        assertThat(moved(sharding)).isEmpty();
        assertThat(sharding.nodeShare().orElseThrow().percent()).isEqualTo(percent);
        assertThat(sharding(percent, "{\"seed\": 3}").nodeShare()).isEmpty();
    }
}
