package io.chancery.manifest.spec;

import io.chancery.model.EndpointId;
import io.chancery.model.InvalidValueException;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Gives each customer of a service a few of its endpoints, so that one who does harm reaches few others (<a
 * href="https://aws.amazon.com/builders-library/workload-isolation-using-shuffle-sharding/">shuffle sharding</a>). The
 * manifest has the service's name.
 */
public record ShuffleShard(
        @Field("is what tells customers apart") CustomerKey customer,

        @Field(value = "is how many endpoints a customer has", otherwise = "2")
        int size,

        @Field(
                value =
                        "is how many virtual shards customers are divided into, at most 16384; more of them keep customers better apart, and cost each Envoy more at each change of an endpoint",
                otherwise = "1024")
        int shards,

        @Field(value = "gives other shards for another number", otherwise = "0")
        int seed,

        @Field(value = "zone: a shard's endpoints are in as many zones as there are", otherwise = "none")
        ZoneSpread spread,

        @Field(
                "are the endpoints that shards may have, by id; a * at the end stands for any rest; left out, all of the service")
        List<String> hosts,

        @Field(
                value =
                        "chooses the endpoint within the shard; least-request: one of those with the fewest requests; path: the same one for the same path, query included",
                otherwise = "least-request")
        Choice choice,

        @Field(
                value =
                        "reject: a request without customer is answered with 400; default-shard: it gets one shard for all such",
                otherwise = "reject")
        Nameless withoutCustomer,

        @Field(
                value =
                        "fail: a request is answered with 503 while all of its shard is down; fallback: it goes to any endpoint",
                otherwise = "fail")
        WholeShard whenDown,

        @Field(
                value =
                        "is what tells requests to shards; filter: a program in Envoy, for every policy; weighted-clusters: Envoy's own hash in Envoys from 1.36 on, where the hash of a header decides and nothing else, and the filter elsewhere",
                otherwise = "filter")
        Mechanism mechanism,

        @Field("tells the client in headers of the response which shard and endpoint answered")
        boolean responseHeaders,

        @Field("are sizes by the names of classes of customers")
        SortedMap<String, Integer> classes,

        @Field("are the customers for whom something else holds, by their ids")
        SortedMap<String, Customer> customers,

        @Field("makes a change go to some first") Optional<ShardRollout> rollout)
        implements Spec {

    public static final int MAX_SHARDS = 16_384;
    public static final int MAX_SIZE = 10_000;
    public static final int MAX_CUSTOMERS = 20_000;

    /** Beyond this many memberships of endpoints in virtual shards an assignment has several megabytes. */
    public static final int MAX_MEMBERSHIPS = 262_144;

    /** How the endpoint is chosen within a shard. */
    public enum Choice {
        LEAST_REQUEST,
        PATH
    }

    /** What becomes of requests that no customer can be told of. */
    public enum Nameless {
        REJECT,
        DEFAULT_SHARD
    }

    /** What becomes of requests while no endpoint of their shard can be used. */
    public enum WholeShard {
        FAIL,
        FALLBACK
    }

    /** What tells requests to shards; both come to the same shards. */
    public enum Mechanism {
        /** Costs each request more. */
        FILTER,
        /** Costs each route more. */
        WEIGHTED_CLUSTERS
    }

    /** What holds for one customer. */
    public record Customer(
            @Field("is how many endpoints the customer has") Optional<Integer> size,

            @Field("is the class that gives the size; instead of size")
            Optional<String> inClass,

            @Field("are endpoints that the shard has in any case, by id")
            List<String> pin,

            @Field("are endpoints that the shard never has, by id")
            List<String> bar,

            @Field("ends all this, at a time such as 2026-01-31T12:00:00Z")
            Optional<Instant> expires) {

        public Customer {
            Bounds.atMostOne(Bounds.Given.of("size", size), Bounds.Given.of("inClass", inClass));
            size.ifPresent(one -> Bounds.range("size", one, 1, MAX_SIZE));
            pin = ids("pin", pin);
            bar = ids("bar", bar);
            for (String id : pin) {
                if (bar.contains(id)) {
                    throw new InvalidValueException("bar", "must not have an endpoint that pin has");
                }
            }
            if (size.isEmpty() && inClass.isEmpty() && pin.isEmpty() && bar.isEmpty()) {
                throw new InvalidValueException("", "must have at least one of size, inClass, pin, bar");
            }
        }

        private static List<String> ids(String field, List<String> ids) {
            Bounds.distinct(field, ids);
            Bounds.range(field, ids.size(), 0, MAX_SIZE);
            for (int i = 0; i < ids.size(); i++) {
                checkId(field + '[' + i + ']', ids.get(i));
            }
            return List.copyOf(ids);
        }

        /** Whether the customer's shard is like no other's. */
        public boolean hasOwnShard() {
            return !pin.isEmpty() || !bar.isEmpty();
        }
    }

    public ShuffleShard {
        Bounds.range("size", size, 1, MAX_SIZE);
        Bounds.range("shards", shards, 1, MAX_SHARDS);
        hosts = List.copyOf(hosts);
        Bounds.distinct("hosts", hosts);
        for (int i = 0; i < hosts.size(); i++) {
            checkPattern("hosts[" + i + ']', hosts.get(i));
        }
        classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
        classes.forEach((name, number) -> {
            Bounds.printable("classes", name);
            Bounds.range("classes." + name, number, 1, MAX_SIZE);
        });
        customers = Collections.unmodifiableSortedMap(new TreeMap<>(customers));
        Bounds.range("customers", customers.size(), 0, MAX_CUSTOMERS);
        for (Map.Entry<String, Customer> entry : customers.entrySet()) {
            checkCustomer(entry.getKey(), entry.getValue(), size, classes);
        }
        checkMemberships("shards", shards, sizes(size, classes, customers));
        if (rollout.isPresent()) {
            check(rollout.get().to(), size, shards, classes, customers);
        }
    }

    private static void checkCustomer(String id, Customer customer, int size, SortedMap<String, Integer> classes) {
        Bounds.printable("customers", id);
        customer.inClass().filter(name -> !classes.containsKey(name)).ifPresent(name -> {
            throw new InvalidValueException(
                    "customers." + id + ".inClass", "must be one of classes: " + String.join(", ", classes.keySet()));
        });
        if (customer.pin().size() > size(customer, size, classes)) {
            throw new InvalidValueException(
                    "customers." + id + ".pin", "must not have more entries than the customer's size");
        }
    }

    /** Where the change has arrived all must be as it must be without one. */
    private static void check(
            ShardTarget to,
            int size,
            int shards,
            SortedMap<String, Integer> classes,
            SortedMap<String, Customer> customers) {
        int nextSize = to.size().orElse(size);
        int nextShards = to.shards().orElse(shards);
        Bounds.range("rollout.to.size", nextSize, 1, MAX_SIZE);
        Bounds.range("rollout.to.shards", nextShards, 1, MAX_SHARDS);
        Bounds.distinct("rollout.to.hosts", to.hosts());
        for (int i = 0; i < to.hosts().size(); i++) {
            checkPattern("rollout.to.hosts[" + i + ']', to.hosts().get(i));
        }
        customers.forEach((id, customer) -> {
            if (customer.pin().size() > size(customer, nextSize, classes)) {
                throw new InvalidValueException(
                        "rollout.to.size", "must be at least as many endpoints as are pinned for " + id);
            }
        });
        checkMemberships("rollout.to.shards", nextShards, sizes(nextSize, classes, customers));
    }

    private static void checkMemberships(String field, int shards, NavigableSet<Integer> sizes) {
        long memberships =
                (long) shards * sizes.stream().mapToLong(Integer::longValue).sum();
        if (memberships > MAX_MEMBERSHIPS) {
            throw new InvalidValueException(
                    field,
                    "must be at most " + MAX_MEMBERSHIPS + " divided by the sum of all sizes in use, which is "
                            + memberships / shards);
        }
    }

    private static int size(Customer customer, int size, Map<String, Integer> classes) {
        return customer.size().or(() -> customer.inClass().map(classes::get)).orElse(size);
    }

    private static NavigableSet<Integer> sizes(
            int size, SortedMap<String, Integer> classes, SortedMap<String, Customer> customers) {
        NavigableSet<Integer> sizes = new TreeSet<>();
        sizes.add(size);
        classes.forEach((_, number) -> sizes.add(number));
        for (Customer customer : customers.values()) {
            if (!customer.hasOwnShard()) {
                sizes.add(size(customer, size, classes));
            }
        }
        return sizes;
    }

    private static void checkPattern(String field, String pattern) {
        if (!pattern.equals("*")) {
            checkId(field, pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern);
        }
    }

    private static void checkId(String field, String id) {
        try {
            EndpointId _ = new EndpointId(id);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(field, e.reason());
        }
    }

    /** The sizes that shards have: the one for all, those of classes, and those of customers. */
    public NavigableSet<Integer> sizes() {
        return sizes(size, classes, customers);
    }

    /** How many endpoints a customer is to have. */
    public int sizeOf(String id) {
        return Optional.ofNullable(customers.get(id))
                .map(one -> size(one, size, classes))
                .orElse(size);
    }

    /** Whether shards may have an endpoint. */
    public boolean mayUse(EndpointId id) {
        return hosts.isEmpty() || hosts.stream().anyMatch(pattern -> matches(pattern, id.value()));
    }

    private static boolean matches(String pattern, String text) {
        return pattern.endsWith("*") ? text.regionMatches(0, pattern, 0, pattern.length() - 1) : text.equals(pattern);
    }

    /** What holds where a change under way has not arrived. */
    public ShuffleShard settled() {
        return with(new ShardTarget(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of()));
    }

    /** What holds where a change has arrived, or where it is over. */
    public ShuffleShard with(ShardTarget to) {
        return new ShuffleShard(
                customer,
                to.size().orElse(size),
                to.shards().orElse(shards),
                to.seed().orElse(seed),
                to.spread().orElse(spread),
                to.hosts().isEmpty() ? hosts : to.hosts(),
                choice,
                withoutCustomer,
                whenDown,
                mechanism,
                responseHeaders,
                classes,
                customers,
                Optional.empty());
    }

    /** The same, with other customers. */
    public ShuffleShard with(SortedMap<String, Customer> others) {
        return with(others, rollout);
    }

    /** The same, with another change under way. */
    public ShuffleShard with(Optional<ShardRollout> other) {
        return with(customers, other);
    }

    private ShuffleShard with(SortedMap<String, Customer> otherCustomers, Optional<ShardRollout> otherRollout) {
        return new ShuffleShard(
                customer,
                size,
                shards,
                seed,
                spread,
                hosts,
                choice,
                withoutCustomer,
                whenDown,
                mechanism,
                responseHeaders,
                classes,
                otherCustomers,
                otherRollout);
    }

    @Override
    public ManifestKind kind() {
        return ManifestKind.SHUFFLE_SHARD;
    }

    @Override
    public List<DeclaredName> declares(String name) {
        return List.of();
    }
}
