package io.chancery.rest;

import io.chancery.manifest.Fault;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.ShuffleShard.Customer;
import io.chancery.model.EndpointId;
import io.chancery.sharding.ShardHost;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Holds what a change of a policy asks for against the endpoints that there are. What was so before is left alone, as endpoints
 * come and go; and while there are none, nothing can be said. Pure functions.
 */
final class ShardLimits {

    private static final String FORCE = "; force=true takes it all the same";

    private final ShuffleShard wanted;
    private final Optional<ShuffleShard> former;
    private final Set<String> usable;
    private final List<Fault> faults = new ArrayList<>();

    private ShardLimits(ShuffleShard wanted, Optional<ShuffleShard> former, List<ShardHost> hosts) {
        this.wanted = wanted;
        this.former = former;
        this.usable = usable(wanted, hosts);
    }

    /** @param hosts all that the service's shards could be made of */
    static List<Fault> faults(ShuffleShard wanted, Optional<ShuffleShard> former, List<ShardHost> hosts) {
        if (hosts.isEmpty()) {
            return List.of();
        }
        ShardLimits limits = new ShardLimits(wanted, former, hosts);
        limits.check(hosts);
        return limits.faults;
    }

    private static Set<String> usable(ShuffleShard policy, List<ShardHost> hosts) {
        return hosts.stream()
                .map(ShardHost::id)
                .filter(policy::mayUse)
                .map(EndpointId::value)
                .collect(Collectors.toSet());
    }

    private void check(List<ShardHost> hosts) {
        if (usable.isEmpty()) {
            if (!former.map(ShuffleShard::hosts).equals(Optional.of(wanted.hosts()))) {
                add("hosts", "must name at least one of the service's endpoints" + FORCE);
            }
            return;
        }
        if (!former.map(ShuffleShard::size).equals(Optional.of(wanted.size()))) {
            atMost("size", wanted.size(), usable.size());
        }
        wanted.classes().forEach((name, size) -> {
            if (!former.map(policy -> policy.classes().get(name)).equals(Optional.of(size))) {
                atMost("classes." + name, size, usable.size());
            }
        });
        for (Map.Entry<String, Customer> customer : wanted.customers().entrySet()) {
            if (!former.map(policy -> policy.customers().get(customer.getKey()))
                    .equals(Optional.of(customer.getValue()))) {
                check("customers." + customer.getKey(), customer.getKey(), customer.getValue());
            }
        }
        wanted.rollout()
                .map(ShardRollout::to)
                .filter(to -> !former.flatMap(ShuffleShard::rollout)
                        .map(ShardRollout::to)
                        .equals(Optional.of(to)))
                .ifPresent(to -> {
                    int there = usable(wanted.with(to), hosts).size();
                    if (there == 0) {
                        add("rollout.to.hosts", "must name at least one of the service's endpoints" + FORCE);
                    } else {
                        to.size().ifPresent(size -> atMost("rollout.to.size", size, there));
                    }
                });
    }

    private void check(String field, String id, Customer customer) {
        for (int i = 0; i < customer.pin().size(); i++) {
            if (!usable.contains(customer.pin().get(i))) {
                add(field + ".pin[" + i + ']', "must be an endpoint that shards can have now" + FORCE);
            }
        }
        int size = wanted.sizeOf(id);
        if (customer.size().isPresent()) {
            atMost(field + ".size", size, usable.size());
        }
        long barred = customer.bar().stream().filter(usable::contains).count();
        if (barred > 0 && size <= usable.size() && size > usable.size() - barred) {
            add(
                    field + ".bar",
                    "must leave as many endpoints as the customer has, " + size + " of " + usable.size() + FORCE);
        }
    }

    private void atMost(String field, int size, int most) {
        if (size > most) {
            add(field, "must be at most " + most + ", the number of endpoints that shards can have now" + FORCE);
        }
    }

    private void add(String field, String reason) {
        faults.add(new Fault(0, "spec." + field, reason));
    }
}
