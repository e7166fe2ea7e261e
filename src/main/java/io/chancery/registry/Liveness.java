package io.chancery.registry;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Departure;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointState;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import io.chancery.store.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that what is over ends: leases, drains, operators' words, suspicions. All methods may be called from any
 * thread.
 */
@ThreadSafe
public final class Liveness implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Liveness.class);

    /** How late something may end: with what a commit takes, less than the second that leases are promised. */
    static final Duration BEAT = Duration.ofMillis(250);

    private final EndpointRegistry registry;
    private final HealthLedger ledger;
    private final LeaseExpiry expiry;
    private final Appointments appointments;
    private final InstantSource clock;
    private final AtomicReference<@Nullable ScheduledExecutorService> running = new AtomicReference<>();

    /** Nothing ends before it is started. */
    public Liveness(EndpointRegistry registry, HealthLedger ledger, InstantSource clock, MeterRegistry meters) {
        this.registry = registry;
        this.ledger = ledger;
        this.clock = clock;
        LivenessMetrics metrics = new LivenessMetrics(meters, registry, this::preservation);
        this.expiry = new LeaseExpiry(registry, ledger, metrics, BEAT.toNanos());
        this.appointments =
                new Appointments(registry, ledger, clock, meters.config().clock()::monotonicTime);
    }

    /** Begins to run by itself, on the scheduler, which it owns from now on. */
    void start(ScheduledExecutorService scheduler) {
        running.set(scheduler);
        var _ = scheduler.scheduleWithFixedDelay(this::run, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Ends what is over by now. */
    void run() {
        registry.leases().clock().beat();
        try {
            appointments.run();
            expiry.run();
            ledger.review();
        } catch (StoreUnavailableException e) {
            log.warn("What is over cannot be ended now, and will be later. reason={}", e.getMessage());
        } catch (RuntimeException e) {
            // A schedule ends with its first exception; what is over must end all the same.
            log.error("What is over was not ended, and will be tried again", e);
        }
    }

    /** Whose leases are kept although they have ended. */
    public PreservationView preservation() {
        return expiry.view();
    }

    /** An operator's word: for one lease term the leases of a service, or if empty of all, end however many they are. */
    public void liftPreservation(Optional<ServiceName> service) {
        expiry.lift(service);
    }

    /**
     * Takes an endpoint out of use and removes it after a while.
     *
     * @param grace 0 s to 24 h
     * @throws io.chancery.model.InvalidValueException if it is neither
     */
    public DeregisterResult drain(EndpointKey key, Duration grace, Precondition precondition, MassLoss massLoss) {
        Departure departure = departure(grace);
        while (true) {
            @Nullable
            RegisteredEndpoint existing =
                    registry.view().serviceOrEmpty(key.service()).endpoints().get(key.id());
            if (existing == null) {
                return new DeregisterResult.NotFound();
            }
            if (precondition instanceof Precondition.At(Revision wanted) && !wanted.equals(existing.revision())) {
                return new DeregisterResult.PreconditionFailed(existing.revision());
            }
            RegisterResult result = registry.register(
                    key.service(),
                    existing.endpoint().leaving(departure),
                    new Precondition.At(existing.revision()),
                    massLoss);
            switch (result) {
                case RegisterResult.Added(Revision revision) -> {
                    return new DeregisterResult.Removed(revision);
                }
                case RegisterResult.Updated(Revision revision) -> {
                    return new DeregisterResult.Removed(revision);
                }
                case RegisterResult.Unchanged(Revision revision) -> {
                    return new DeregisterResult.Removed(revision);
                }
                case RegisterResult.Guarded(int sound) -> {
                    return new DeregisterResult.Guarded(sound);
                }
                case RegisterResult.PreconditionFailed _, RegisterResult.Full _ -> {
                    // Somebody else was faster: look again.
                }
            }
        }
    }

    /**
     * Takes the endpoints of a service that are chosen out of use, in one transaction, and removes them after a while; those
     * that are on their way out already are left alone.
     *
     * @param grace 0 s to 24 h; empty to leave them in place, draining
     * @throws io.chancery.model.InvalidValueException if it is neither
     * @throws io.chancery.store.TransactionTooLargeException if the store cannot take so many at once
     */
    public BatchResult drain(
            ServiceName service, Predicate<Endpoint> chosen, Optional<Duration> grace, MassLoss massLoss) {
        Optional<Departure> departure = grace.map(this::departure);
        return registry.applyBatch(
                view -> view.serviceOrEmpty(service).endpoints().values().stream()
                        .map(RegisteredEndpoint::endpoint)
                        .filter(endpoint ->
                                chosen.test(endpoint) && endpoint.departure().isEmpty())
                        .map(endpoint ->
                                departure.map(endpoint::leaving).orElseGet(() -> endpoint.in(EndpointState.DRAINING)))
                        .<RegistrationRequest>map(endpoint -> new RegistrationRequest.Register(service, endpoint))
                        .toList(),
                massLoss);
    }

    private Departure departure(Duration grace) {
        return new Departure(grace, clock.instant().plus(grace));
    }

    /**
     * Sets an operator's word on an endpoint, which beats what probes find.
     *
     * @param length how long it holds; empty for until it is taken back
     * @return whether there is such an endpoint
     */
    public boolean force(EndpointKey key, Verdict verdict, Optional<Duration> length) {
        return ledger.force(
                key,
                Optional.of(new EndpointHealth.Forced(
                        verdict, length.map(time -> clock.instant().plus(time)))));
    }

    /** Services that use suspected endpoints, because too few would be left without them. */
    public Set<ServiceName> guarded() {
        return registry.guard().holding();
    }

    @Override
    public void close() {
        @Nullable ScheduledExecutorService scheduler = running.getAndSet(null);
        if (scheduler != null) {
            scheduler.close();
        }
    }
}
