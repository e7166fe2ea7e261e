package io.chancery.sharding;

import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Who is served by whom, as one policy says and while the service has these endpoints. Immutable. */
public final class ShardPlan {

    private static final int LAYOUT_LENGTH = 3;
    private static final int LAYOUTS = 36 * 36 * 36;

    private final ShuffleShard policy;
    private final String layout;
    private final ShardMap map;

    private ShardPlan(ShuffleShard policy, ShardMap map) {
        this.policy = policy;
        this.layout = layout(policy);
        this.map = map;
    }

    /**
     * Computes all virtual shards: about 40 ns for each of them and each endpoint, and nothing where they are known.
     *
     * @param policy what it says of a change under way does not count
     * @param hosts those that the policy does not name are left out
     * @param known plans of which the virtual shards may be the same
     */
    static ShardPlan of(ShuffleShard policy, Collection<ShardHost> hosts, List<ShardPlan> known) {
        List<ShardHost> usable =
                hosts.stream().filter(host -> policy.mayUse(host.id())).sorted().toList();
        ShardMap.Layout layout = new ShardMap.Layout(
                policy.seed(), policy.shards(), policy.sizes().last(), policy.spread());
        return new ShardPlan(
                policy,
                known.stream()
                        .map(plan -> plan.map)
                        .filter(map -> map.isOf(usable, layout))
                        .findFirst()
                        .orElseGet(() -> ShardMap.of(usable, layout)));
    }

    /** Computes all virtual shards: about 40 ns for each of them and each endpoint. */
    public static ShardPlan of(ShuffleShard policy, Collection<ShardHost> hosts) {
        return of(policy, hosts, List.of());
    }

    /** The families of shards that labels of endpoints belong to. */
    Set<String> families() {
        Set<String> families = new HashSet<>();
        policy.sizes().forEach(size -> families.add(ShardLabel.family(layout, size)));
        policy.customers().forEach((id, customer) -> {
            if (customer.hasOwnShard()) {
                families.add(layout + '.' + place(id));
            }
        });
        return families;
    }

    /** Tells shards that are made otherwise apart, in three characters, as these stand in the metadata many times. */
    private static String layout(ShuffleShard policy) {
        String all =
                policy.seed() + " " + policy.shards() + ' ' + policy.spread() + ' ' + String.join(" ", policy.hosts());
        String name = Long.toString(CustomerHash.part(all, LAYOUTS), Character.MAX_RADIX);
        return "0".repeat(LAYOUT_LENGTH - name.length()) + name;
    }

    /** The shard of a customer. */
    public Shard shardOf(String customer) {
        int virtual = CustomerHash.part(customer, map.shards());
        int size = policy.sizeOf(customer);
        ShuffleShard.@Nullable Customer own = policy.customers().get(customer);
        if (own != null && own.hasOwnShard()) {
            return new Shard(
                    layout + '.' + place(customer), virtual, size, chosen(own, virtual, size), Shard.Reason.OWN);
        }
        Shard.Reason reason =
                own == null ? Shard.Reason.POLICY : own.inClass().isPresent() ? Shard.Reason.CLASS : Shard.Reason.SIZE;
        return new Shard(ShardLabel.shared(layout, virtual, size), virtual, size, map.hosts(virtual, size), reason);
    }

    /** The label of a virtual shard at the size that holds where nothing else does. */
    public String label(int virtual) {
        return ShardLabel.shared(layout, virtual, policy.size());
    }

    /** What the label of a customer's own shard has behind the layout; empty for one whose shard others have too. */
    public String place(String customer) {
        ShuffleShard.@Nullable Customer own = policy.customers().get(customer);
        return own != null && own.hasOwnShard()
                ? ShardLabel.own(policy.sizeOf(customer), CustomerHash.of(customer))
                : "";
    }

    /** Those that are pinned, then those that the virtual shard would have next, without those that are barred. */
    private List<EndpointId> chosen(ShuffleShard.Customer own, int virtual, int size) {
        List<EndpointId> preference = map.preference(virtual);
        Set<EndpointId> usable = new HashSet<>(preference);
        List<EndpointId> chosen = new ArrayList<>(size);
        own.pin().stream().map(EndpointId::new).filter(usable::contains).forEach(chosen::add);
        Set<String> barred = Set.copyOf(own.bar());
        preference.stream()
                .filter(host -> !chosen.contains(host) && !barred.contains(host.value()))
                .limit(Math.max(0, size - chosen.size()))
                .toList()
                .forEach(chosen::add);
        return chosen;
    }

    /** How many endpoints shards are made of. */
    public int total() {
        return map.total();
    }

    /** The endpoints that shards are made of, by their ids. */
    public List<EndpointId> hosts() {
        return map.hosts();
    }

    /** The policy that it follows from. */
    public ShuffleShard policy() {
        return policy;
    }

    /** What the labels of its shards begin with. */
    public String layout() {
        return layout;
    }

    /** Tells of every shard's endpoints by the shard's label. */
    void eachMember(BiConsumer<EndpointId, String> member) {
        for (int size : policy.sizes()) {
            for (int virtual = 0; virtual < map.shards(); virtual++) {
                String label = ShardLabel.shared(layout, virtual, size);
                map.hosts(virtual, size).forEach(host -> member.accept(host, label));
            }
        }
        policy.customers().forEach((id, customer) -> {
            if (customer.hasOwnShard()) {
                Shard shard = shardOf(id);
                shard.hosts().forEach(host -> member.accept(host, shard.label()));
            }
        });
    }

    /** The virtual shards' endpoints at the size that holds where nothing else does, by the virtual shards' numbers. */
    public List<List<EndpointId>> virtualShards() {
        List<List<EndpointId>> all = new ArrayList<>(map.shards());
        for (int virtual = 0; virtual < map.shards(); virtual++) {
            all.add(map.hosts(virtual, policy.size()));
        }
        return all;
    }

    /** For how many virtual shards of the usual size an endpoint works. */
    public Map<EndpointId, Integer> shardsByHost() {
        Map<EndpointId, Integer> count = new HashMap<>();
        virtualShards().forEach(hosts -> hosts.forEach(host -> count.merge(host, 1, Integer::sum)));
        return count;
    }

    /** How many virtual shards of the usual size each endpoint would have by its weight alone. */
    Map<EndpointId, Double> fairShares() {
        double memberships = (double) map.shards() * Math.min(policy.size(), map.total());
        return map.shares(memberships);
    }
}
