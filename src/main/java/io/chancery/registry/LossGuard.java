package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Tells whether a service would lose too many of its endpoints at once. All methods may be called from any thread. */
@ThreadSafe
final class LossGuard implements EndpointListener {

    /*
     * The store's thread replaces a service's window, one endpoint's change at a time; whoever asks reads the window that
     * is there. Two who ask at once may both be allowed what only one of them should be.
     */

    /** A window's seconds are forgotten when they are read, and when there are more of them than this. */
    private static final int UNFORGOTTEN = 100;

    private final Map<ServiceName, LossWindow> windows = new ConcurrentHashMap<>();
    private final LongSupplier clock;
    private volatile ServicePolicies policies = ServicePolicies.uniform(ServicePolicy.DEFAULT);

    /** @param clock nanoseconds that only go on */
    LossGuard(LongSupplier clock) {
        this.clock = clock;
    }

    void setPolicies(ServicePolicies given) {
        policies = given;
    }

    ServicePolicies policies() {
        return policies;
    }

    ServicePolicy policy(ServiceName service) {
        return policies.of(service);
    }

    /** Whether it takes requests and nothing speaks against it: an operator's word, or else a probe, or suspicion. */
    static boolean isSound(@Nullable RegisteredEndpoint registered) {
        if (registered == null || registered.endpoint().state() != EndpointState.ACTIVE) {
            return false;
        }
        EndpointHealth health = registered.health();
        return health.forced()
                .map(word -> word.verdict() == Verdict.HEALTHY)
                .orElse(health.verdict() != Verdict.UNHEALTHY && !health.suspected());
    }

    /** Begins with what is there, before any change is told. */
    void load(RegistryView view) {
        long now = second();
        view.services().forEach((name, service) -> {
            LossWindow window = LossWindow.EMPTY;
            int sound = 0;
            for (RegisteredEndpoint endpoint : service.endpoints().values()) {
                if (isSound(endpoint)) {
                    sound++;
                } else if (endpoint.health().suspected()) {
                    window = window.suspected(endpoint.endpoint().id(), now);
                }
            }
            int kept = sound + window.suspected().size();
            windows.put(
                    name, new LossWindow(sound, window.peaks().plus(now, kept), window.fallen(), window.suspected()));
        });
    }

    @Override
    public void changed(ServiceName service, @Nullable RegisteredEndpoint before, @Nullable RegisteredEndpoint after) {
        long now = second();
        windows.compute(service, (_, window) -> {
            LossWindow next = next(window == null ? LossWindow.EMPTY : window, before, after, now);
            if (next.peaks().size() > UNFORGOTTEN) {
                next = next.since(now - seconds(service));
            }
            return after == null && next.isEmpty() ? null : next;
        });
    }

    /** Services of which some endpoints are suspected. */
    Set<ServiceName> holding() {
        Set<ServiceName> services = new TreeSet<>();
        windows.forEach((service, window) -> {
            if (!window.suspected().isEmpty()) {
                services.add(service);
            }
        });
        return services;
    }

    /** Takes the service as it is now for all that it ever was. */
    void forget(ServiceName service) {
        windows.computeIfPresent(
                service,
                (_, window) -> new LossWindow(
                        window.sound(), LossWindow.EMPTY.peaks(), LossWindow.EMPTY.fallen(), window.suspected()));
    }

    private static LossWindow next(
            LossWindow window, @Nullable RegisteredEndpoint before, @Nullable RegisteredEndpoint after, long now) {
        boolean was = isSound(before);
        if (after == null || after.endpoint().state() != EndpointState.ACTIVE) {
            if (was) {
                return window.gone(now);
            }
            return before == null ? window : window.gone(before.endpoint().id());
        }
        EndpointId id = after.endpoint().id();
        boolean is = isSound(after);
        if (is && !was) {
            return window.risen(id, now);
        }
        LossWindow next = was && !is ? window.fallen(id, now) : window;
        if (is) {
            return next;
        }
        return after.health().suspected() ? next.suspected(id, now) : next.settled(id);
    }

    /** The service as it was in the time that counts: that of its policy, or longer while some are suspected. */
    LossWindow window(ServiceName service) {
        return windows.getOrDefault(service, LossWindow.EMPTY).since(second() - seconds(service));
    }

    private long seconds(ServiceName service) {
        return policies.of(service).guardWindow().toSeconds();
    }

    private long second() {
        return TimeUnit.NANOSECONDS.toSeconds(clock.getAsLong());
    }
}
