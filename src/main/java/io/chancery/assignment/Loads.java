package io.chancery.assignment;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.Revision;
import io.chancery.sharding.Distribution;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How the customers of all services are divided, in a few numbers. Safe for any thread; each call sees what is there then. */
@ThreadSafe
final class Loads {

    /*
     * Concurrency
     * -----------
     * One lock, under which a service is counted again if its policy or its endpoints were changed since. Who asks holds it
     * until all are counted, so that nobody counts the same beside him.
     */

    private final ManifestRegistry manifests;
    private final Assignments assignments;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Map<String, Counted> counted = new HashMap<>();

    Loads(ManifestRegistry manifests, Assignments assignments) {
        this.manifests = manifests;
        this.assignments = assignments;
    }

    /** Counts all services that have a policy. */
    Total total() {
        lock.lock();
        try {
            Collection<DeclaredManifest> policies =
                    manifests.view().ofKind(ManifestKind.SHUFFLE_SHARD).values();
            counted.keySet()
                    .retainAll(policies.stream()
                            .map(policy -> policy.manifest().key().name())
                            .toList());
            Total total = Total.NOTHING;
            for (DeclaredManifest policy : policies) {
                total = total.plus(load(policy));
            }
            return total;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Total load(DeclaredManifest declared) {
        String name = declared.manifest().key().name();
        Revision service = assignments.service(name).revision();
        @Nullable Counted former = counted.get(name);
        if (former != null
                && former.policy().equals(declared.revision())
                && former.service().equals(service)) {
            return former.load();
        }
        Assignment assignment = assignments.of(declared);
        Total load = load(assignment);
        counted.put(name, new Counted(declared.revision(), assignment.service().revision(), load));
        return load;
    }

    private static Total load(Assignment assignment) {
        ShuffleShard policy = assignment.policy();
        Distribution distribution = Distribution.ofVirtualShards(assignment.sharding());
        Distribution.Spread perHost = distribution.virtualShardsPerHost();
        long own = policy.customers().values().stream()
                .filter(ShuffleShard.Customer::hasOwnShard)
                .count();
        int hosts = distribution.hosts().size();
        return new Total(
                (long) policy.shards() * policy.sizes().size() + own,
                policy.customers().size(),
                hosts,
                hosts == 0 ? Double.POSITIVE_INFINITY : perHost.min(),
                perHost.max(),
                perHost.mean() * hosts,
                hosts == 0 ? 1 : distribution.imbalance());
    }

    /** @param policy the revision of the manifest, as {@code service} is that of the endpoints */
    private record Counted(Revision policy, Revision service, Total load) {}

    /**
     * What services come to together.
     *
     * @param shards of all sizes in use, and of customers' own
     * @param customers those for whom something of their own holds
     * @param hosts endpoints that shards are made of
     * @param least virtual shards of the endpoint that has the fewest; infinite where there is none
     * @param most virtual shards of the one that has the most
     * @param memberships virtual shards of all endpoints, each counted for itself
     * @param imbalance of the service where it is worst
     */
    record Total(
            long shards, long customers, long hosts, double least, double most, double memberships, double imbalance) {

        static final Total NOTHING = new Total(0, 0, 0, Double.POSITIVE_INFINITY, 0, 0, 1);

        Total plus(Total other) {
            return new Total(
                    shards + other.shards,
                    customers + other.customers,
                    hosts + other.hosts,
                    Math.min(least, other.least),
                    Math.max(most, other.most),
                    memberships + other.memberships,
                    Math.max(imbalance, other.imbalance));
        }

        double min() {
            return hosts == 0 ? 0 : least;
        }

        double mean() {
            return hosts == 0 ? 0 : memberships / hosts;
        }
    }
}
