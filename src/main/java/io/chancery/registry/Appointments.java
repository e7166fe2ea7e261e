package io.chancery.registry;

import io.chancery.model.ServiceName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does to endpoints what is due at a certain time: removes those that were to leave, and ends operators' words.
 *
 * <p>{@link #run} is called by one thread. The time that is left is taken from the clock once, when an appointment is first
 * seen, and measured by what only goes on from there, so that a clock that is set does not move it.
 */
final class Appointments implements EndpointListener {

    private static final Logger log = LoggerFactory.getLogger(Appointments.class);

    private final EndpointRegistry registry;
    private final HealthLedger ledger;
    private final InstantSource clock;
    private final LongSupplier monotonic;
    private final Map<EndpointKey, Due> departures = new ConcurrentHashMap<>();
    private final Map<EndpointKey, Due> words = new ConcurrentHashMap<>();

    /**
     * What is due.
     *
     * @param at nanoseconds of the monotonic clock
     * @param seen the endpoint that it is about; another one under its id has appointments of its own
     */
    private record Due(long at, RegisteredEndpoint seen) {}

    Appointments(EndpointRegistry registry, HealthLedger ledger, InstantSource clock, LongSupplier monotonic) {
        this.registry = registry;
        this.ledger = ledger;
        this.clock = clock;
        this.monotonic = monotonic;
        registry.addEndpointListener(this);
        registry.view()
                .services()
                .forEach((name, service) ->
                        service.endpoints().values().forEach(endpoint -> changed(name, null, endpoint)));
    }

    @Override
    public void changed(ServiceName service, @Nullable RegisteredEndpoint before, @Nullable RegisteredEndpoint after) {
        if (after == null) {
            if (before != null) {
                EndpointKey key = new EndpointKey(service, before.endpoint().id());
                departures.remove(key);
                words.remove(key);
            }
            return;
        }
        EndpointKey key = new EndpointKey(service, after.endpoint().id());
        note(
                departures,
                key,
                after,
                after.endpoint().departure().map(departure -> departure.remaining(clock.instant())));
        note(
                words,
                key,
                after,
                after.health()
                        .forced()
                        .flatMap(EndpointHealth.Forced::until)
                        .map(until -> Duration.between(clock.instant(), until)));
    }

    private void note(
            Map<EndpointKey, Due> appointments, EndpointKey key, RegisteredEndpoint endpoint, Optional<Duration> left) {
        if (left.isEmpty()) {
            appointments.remove(key);
            return;
        }
        Due due = new Due(monotonic.getAsLong() + left.get().toNanos(), endpoint);
        appointments.merge(key, due, (known, _) -> isSame(known.seen(), endpoint) ? known : due);
    }

    private static boolean isSame(RegisteredEndpoint known, RegisteredEndpoint now) {
        return known.endpoint().departure().equals(now.endpoint().departure())
                && known.health().forced().equals(now.health().forced());
    }

    /** Does what is due. */
    void run() {
        long now = monotonic.getAsLong();
        departures.forEach((key, due) -> {
            if (now - due.at() >= 0) {
                depart(key);
            }
        });
        words.forEach((key, due) -> {
            if (now - due.at() >= 0) {
                ledger.force(key, Optional.empty());
                log.info(
                        "An operator's word on an endpoint has ended. service={} endpoint={}", key.service(), key.id());
            }
        });
    }

    private void depart(EndpointKey key) {
        Optional.ofNullable(registry.view()
                        .serviceOrEmpty(key.service())
                        .endpoints()
                        .get(key.id()))
                .filter(endpoint -> endpoint.endpoint().departure().isPresent())
                .ifPresent(endpoint -> registry.deregister(
                        key.service(), key.id(), new Precondition.At(endpoint.revision()), MassLoss.ALLOWED));
    }
}
