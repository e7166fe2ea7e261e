package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.manifest.spec.HostName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * {@code master{service="redis",address="HOST:PORT"}}: 1 for each node that is the master, 0 for each other one that some
 * manifest lists. It has the name that dashboards of other makers ask for.
 */
@ThreadSafe
final class MasterGauges {

    private final MeterRegistry meters;
    private final Predicate<HostName> isMaster;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Map<HostName, Gauge> gauges = new HashMap<>();

    /** @param isMaster tells of a node whether it is the master now */
    MasterGauges(MeterRegistry meters, Predicate<HostName> isMaster) {
        this.meters = meters;
        this.isMaster = isMaster;
    }

    /** Shows these nodes and no others. */
    void show(Set<HostName> nodes) {
        synchronized (lock) {
            gauges.entrySet().removeIf(shown -> {
                boolean isGone = !nodes.contains(shown.getKey());
                if (isGone) {
                    meters.remove(shown.getValue());
                }
                return isGone;
            });
            nodes.forEach(node -> gauges.computeIfAbsent(
                    node,
                    one -> Gauge.builder("master", one, asked -> isMaster.test(asked) ? 1 : 0)
                            .description("1 for the node that is the Redis master, 0 for each other one")
                            .tag("service", "redis")
                            .tag("address", one.toString())
                            .strongReference(true)
                            .register(meters)));
        }
    }
}
