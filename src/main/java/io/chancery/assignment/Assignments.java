package io.chancery.assignment;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.ServiceView;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The shards of the services, computed when somebody asks.
 *
 * <p>All methods may be called from any thread. What is answered follows from the manifests and the endpoints as they were at
 * some time during the call.
 */
@ThreadSafe
public final class Assignments {

    /*
     * Concurrency
     * -----------
     * What was computed last is kept for the services that were asked for last, in a map under a lock that is held for the
     * look-up only. Several callers may compute the same at once, and come to the same.
     */

    /** A large policy's shards take about a megabyte. */
    private static final int MAX_KEPT = 64;

    private final ManifestRegistry manifests;
    private final EndpointRegistry endpoints;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final SequencedMap<String, Computed> kept = new LinkedHashMap<>(MAX_KEPT, 0.75f, true);

    public Assignments(ManifestRegistry manifests, EndpointRegistry endpoints, MeterRegistry meters) {
        this.manifests = manifests;
        this.endpoints = endpoints;
        AssignmentMetrics.register(meters, new Loads(manifests, this));
    }

    /** Returns the shards of a service; empty if no policy is declared for it. */
    public Optional<Assignment> of(String service) {
        return manifests
                .view()
                .manifest(new ManifestKey(ManifestKind.SHUFFLE_SHARD, service))
                .map(this::of);
    }

    /** Returns the shards by a policy that is declared, or was. */
    public Assignment of(DeclaredManifest declared) {
        String name = declared.manifest().key().name();
        ServiceView service = service(name);
        List<ShardHost> hosts = Assignment.hosts(service);
        return new Assignment(declared, service, hosts, sharding(name, declared, hosts));
    }

    /** A service as it is registered now; one that is not has no endpoints. */
    public ServiceView service(String name) {
        ServiceName service = new ServiceName(name);
        return endpoints.view().service(service).orElseGet(() -> ServiceView.empty(service));
    }

    private Sharding sharding(String name, DeclaredManifest declared, List<ShardHost> hosts) {
        @Nullable Computed former = kept(name);
        if (former != null
                && former.revision().equals(declared.revision())
                && former.hosts().equals(hosts)) {
            return former.sharding();
        }
        Sharding sharding = Sharding.of((ShuffleShard) declared.manifest().spec(), hosts);
        keep(name, new Computed(declared.revision(), hosts, sharding));
        return sharding;
    }

    private @Nullable Computed kept(String name) {
        lock.lock();
        try {
            return kept.get(name);
        } finally {
            lock.unlock();
        }
    }

    private void keep(String name, Computed computed) {
        lock.lock();
        try {
            kept.put(name, computed);
            if (kept.size() > MAX_KEPT) {
                kept.pollFirstEntry();
            }
        } finally {
            lock.unlock();
        }
    }

    /** @param revision the manifest's */
    private record Computed(Revision revision, List<ShardHost> hosts, Sharding sharding) {}
}
