package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.assignment.Assignment;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.FileOwner;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.EndpointId;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.sharding.Shard;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Policies of shards, and what they give a customer, as the API shows them. */
final class ShardAnswers {

    private ShardAnswers() {}

    /** The manifest's spec, as documents have it. */
    static JsonNode spec(DeclaredManifest declared) {
        return Documents.redacted(declared.manifest()).get("spec");
    }

    static List<String> ids(List<EndpointId> hosts) {
        return hosts.stream().map(EndpointId::value).toList();
    }

    /**
     * A policy in a list.
     *
     * @param customers for how many customers something of their own holds
     * @param rollout running, paused or halted; absent while no change is under way
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PolicySummary(
            String name,
            int size,
            int shards,
            int customers,
            @Nullable String rollout,
            long revision,
            String time,
            String author,
            @Nullable String file) {

        static PolicySummary of(DeclaredManifest declared) {
            ShuffleShard policy = (ShuffleShard) declared.manifest().spec();
            return new PolicySummary(
                    declared.manifest().key().name(),
                    policy.size(),
                    policy.shards(),
                    policy.customers().size(),
                    policy.rollout()
                            .map(ShardRollout::state)
                            .map(NodeController::nameOf)
                            .orElse(null),
                    declared.revision().value(),
                    declared.time().toString(),
                    declared.author(),
                    declared.owner().map(FileOwner::toString).orElse(null));
        }
    }

    /**
     * A part of the policies, by the names of their services.
     *
     * @param revision the store's revision that the list is of
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record PolicyPage(
            long revision,
            List<PolicySummary> shuffleShards,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /**
     * A policy, and what it comes to over the endpoints that there are.
     *
     * @param policy what PUT takes
     * @param hosts how many endpoints shards are made of now
     * @param sizes the sizes that shards have
     * @param memberships how many entries of endpoints in shards each Envoy gets
     * @param revision the revision at which it was last changed
     * @param time when that was
     * @param author who did it
     * @param file the file that declares it; absent if it was declared over the API
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PolicyAnswer(
            String name,

            @Schema(ref = "#/components/schemas/ShuffleShard")
            JsonNode policy,

            int hosts,
            SortedSet<Integer> sizes,
            long memberships,
            long revision,
            String time,
            String author,
            @Nullable String file) {

        static PolicyAnswer of(Assignment assignment) {
            DeclaredManifest declared = assignment.declared();
            int hosts = assignment.sharding().current().total();
            return new PolicyAnswer(
                    declared.manifest().key().name(),
                    spec(declared),
                    hosts,
                    assignment.policy().sizes(),
                    memberships(assignment.policy(), hosts),
                    declared.revision().value(),
                    declared.time().toString(),
                    declared.author(),
                    declared.owner().map(FileOwner::toString).orElse(null));
        }

        private static long memberships(ShuffleShard policy, int hosts) {
            long shared = policy.sizes().stream()
                    .mapToLong(size -> (long) policy.shards() * Math.min(size, hosts))
                    .sum();
            long own = policy.customers().entrySet().stream()
                    .filter(customer -> customer.getValue().hasOwnShard())
                    .mapToLong(customer -> Math.min(policy.sizeOf(customer.getKey()), hosts))
                    .sum();
            return shared + own;
        }
    }

    /**
     * A customer for whom something of his own holds.
     *
     * @param size how many endpoints the customer is to have
     */
    record KnownCustomer(
            String customer,
            int size,

            @Schema(ref = "#/components/schemas/Customer") JsonNode override) {}

    /**
     * A part of the customers for whom something of their own holds, by id.
     *
     * @param revision the manifest's
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record CustomerPage(
            long revision,
            List<KnownCustomer> customers,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /**
     * Who serves a customer now, and why.
     *
     * @param shard as the metadata of endpoints names it
     * @param virtualShard the one that the customer's id falls into
     * @param size how many endpoints the customer is to have
     * @param reason {@code policy}: nothing is said of the customer; {@code class}, {@code size}: the customer's class, or the
     *     customer, has a size of its own; {@code own}: endpoints are pinned or barred
     * @param inClass the customer's class
     * @param moved whether the change that is under way has reached the customer; absent where it goes to some nodes first, or
     *     where there is none
     * @param hosts the endpoints, the most preferred first
     * @param override what holds for the customer alone
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record CustomerAnswer(
            String customer,
            String shard,
            int virtualShard,
            int size,
            String reason,
            @Nullable String inClass,
            @Nullable Boolean moved,
            List<HostAnswer> hosts,

            @Schema(ref = "#/components/schemas/Customer") @Nullable
            JsonNode override) {

        static CustomerAnswer of(Assignment assignment, String customer) {
            Shard shard = assignment.sharding().shardOf(customer);
            Optional<ShuffleShard.Customer> own =
                    Optional.ofNullable(assignment.policy().customers().get(customer));
            return new CustomerAnswer(
                    customer,
                    shard.label(),
                    shard.virtualShard(),
                    shard.size(),
                    NodeController.nameOf(shard.reason()),
                    own.flatMap(ShuffleShard.Customer::inClass).orElse(null),
                    moved(assignment, customer),
                    shard.hosts().stream()
                            .flatMap(host -> assignment.endpoint(host).stream())
                            .map(HostAnswer::of)
                            .toList(),
                    own.map(_ -> spec(assignment.declared()).get("customers").get(customer))
                            .orElse(null));
        }

        private static @Nullable Boolean moved(Assignment assignment, String customer) {
            return assignment
                    .policy()
                    .rollout()
                    .filter(rollout -> rollout.by() == ShardRollout.Share.CUSTOMERS)
                    .map(_ -> assignment.sharding().isMoved(customer))
                    .orElse(null);
        }
    }

    /**
     * An endpoint of a shard.
     *
     * @param usable whether Envoys send it requests, as far as Chancery knows
     * @param health what Envoys are told: unknown, healthy or unhealthy
     */
    record HostAnswer(String id, String address, int port, String state, String health, boolean usable) {

        static HostAnswer of(RegisteredEndpoint registered) {
            return new HostAnswer(
                    registered.endpoint().id().value(),
                    registered.endpoint().target().address().value(),
                    registered.endpoint().target().port(),
                    EndpointAttributes.nameOf(registered.endpoint().state()),
                    NodeController.nameOf(registered.health().effective()),
                    registered.isUsable());
        }
    }
}
