package io.chancery.healthcheck;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointKey;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistryView;
import io.chancery.registry.VerdictReport;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes the endpoints of the services whose manifests ask for it, and has the verdicts written down.
 *
 * <p>Follows the registry and the manifests. After a restart it goes on from the verdicts that were written; an endpoint
 * that is not probed any longer is again one of which nothing is known. All methods may be called from any thread.
 */
@ThreadSafe
public final class Probes implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * All state belongs to the agenda's thread, which never waits: probers wait on virtual threads of their own, writing
     * down waits on another. Listeners, called on the store's thread, note what has changed in sets, of which each thing
     * is once; the agenda's thread takes it from there and looks at the views as they are by then. The maps are concurrent
     * for those who read: which services are probed (listeners), what is known of an endpoint (the API, metrics).
     *
     * A listener passes over services that are not probed. A service that becomes one is put into the map before its
     * endpoints are looked at in the view, and a view is replaced before listeners are told: so whatever a listener passes
     * over is in the view by then.
     */

    private static final Logger LOG = LoggerFactory.getLogger(Probes.class);

    private final Sources sources;
    private final Settings settings;
    private final Workers workers;
    private final HealthcheckMetrics metrics;
    private final Gate gate;
    private final ProbeRounds rounds;
    private final VerdictReporter reporter;

    private final Map<ServiceName, ServiceProbe> services = new ConcurrentHashMap<>();
    private final Map<EndpointKey, Probed> endpoints = new ConcurrentHashMap<>();

    private final Set<EndpointKey> notedEndpoints = ConcurrentHashMap.newKeySet();
    private final Set<ManifestKey> notedManifests = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean noted = new AtomicBoolean();

    /**
     * What says who is to be probed, and where it goes what comes of it.
     *
     * @param ledger blocks until what it is given is durable, or throws
     */
    record Sources(EndpointRegistry registry, ManifestRegistry manifests, Consumer<List<VerdictReport>> ledger) {}

    /**
     * What holds for all probes.
     *
     * @param atOnce how many may be under way
     */
    record Settings(DeniedNetworks denied, int atOnce, FlapLimits flapping) {}

    /**
     * Who does it; all are closed with the probes.
     *
     * @param askers a thread for each task
     * @param writer one thread
     */
    record Workers(Agenda agenda, ProberFactory probers, ExecutorService askers, ExecutorService writer) {}

    Probes(Sources sources, Settings settings, Workers workers, ProbeRounds.Surroundings surroundings) {
        this.sources = sources;
        this.settings = settings;
        this.workers = workers;
        this.metrics = surroundings.metrics();
        this.gate = new Gate(settings.atOnce());
        this.rounds = new ProbeRounds(
                workers.agenda(), gate, workers.askers(), settings.flapping(), surroundings, this::changed);
        this.reporter =
                new VerdictReporter(sources.ledger(), workers.writer(), workers.agenda(), metrics, this::noteEndpoint);
        metrics.watch(this);
    }

    /** Begins with what there is, and follows what changes from then on. */
    void start() {
        sources.registry().addEndpointListener(this::note);
        sources.manifests().addListener((_, keys) -> note(keys));
        workers.agenda().soon(this::load);
    }

    /** How the probes of an endpoint go; empty if its service has none, or its own are disabled. */
    public Optional<ProbeStatus> status(ServiceName service, EndpointId endpoint) {
        return Optional.ofNullable(endpoints.get(new EndpointKey(service, endpoint)))
                .map(Probed::status);
    }

    long endpoints() {
        return count(endpoint -> !endpoint.isWithheld());
    }

    long flapping() {
        return count(endpoint -> endpoint.judgement().isFlapping());
    }

    long withheld() {
        return count(Probed::isWithheld);
    }

    private long count(Predicate<Probed> kind) {
        return endpoints.values().stream().filter(kind).count();
    }

    int underWay() {
        return gate.underWay();
    }

    private void note(ServiceName service, @Nullable RegisteredEndpoint before, @Nullable RegisteredEndpoint after) {
        @Nullable RegisteredEndpoint either = after == null ? before : after;
        if (either != null && services.containsKey(service)) {
            noteEndpoint(new EndpointKey(service, either.endpoint().id()));
        }
    }

    private void noteEndpoint(EndpointKey key) {
        notedEndpoints.add(key);
        awake();
    }

    private void note(Set<ManifestKey> keys) {
        for (ManifestKey key : keys) {
            if (key.kind() == ManifestKind.SERVICE || key.kind() == ManifestKind.SECRET) {
                notedManifests.add(key);
                awake();
            }
        }
    }

    private void awake() {
        if (noted.compareAndSet(false, true)) {
            workers.agenda().soon(this::catchUp);
        }
    }

    private void load() {
        ManifestView view = sources.manifests().view();
        for (ManifestKey key : view.ofKind(ManifestKind.SERVICE).keySet()) {
            ServiceName.ifValid(key.name()).ifPresent(service -> refresh(service, view));
        }
        RegistryView live = sources.registry().view();
        live.services().forEach((name, service) -> {
            if (!services.containsKey(name)) {
                // Its probe was taken away, and this process ended before its verdicts were.
                service.endpoints().keySet().forEach(id -> refresh(new EndpointKey(name, id), live));
            }
        });
    }

    private void catchUp() {
        noted.set(false);
        ManifestView view = sources.manifests().view();
        Set<ServiceName> affected = new HashSet<>();
        for (ManifestKey key : drain(notedManifests)) {
            if (key.kind() == ManifestKind.SERVICE) {
                ServiceName.ifValid(key.name()).ifPresent(affected::add);
            } else {
                services.forEach((name, service) -> {
                    if (!service.plan().secrets().isEmpty()) {
                        affected.add(name);
                    }
                });
            }
        }
        affected.forEach(service -> refresh(service, view));
        RegistryView live = sources.registry().view();
        drain(notedEndpoints).forEach(key -> refresh(key, live));
    }

    private static <T> List<T> drain(Set<T> noted) {
        List<T> taken = new ArrayList<>();
        for (Iterator<T> each = noted.iterator(); each.hasNext(); ) {
            taken.add(each.next());
            each.remove();
        }
        return taken;
    }

    private void refresh(ServiceName service, ManifestView view) {
        Optional<ServiceProbe.Plan> plan = ServiceProbe.Plan.of(service, view);
        Optional<ServiceProbe> before = Optional.ofNullable(services.get(service));
        if (plan.equals(before.map(ServiceProbe::plan))) {
            return;
        }
        if (plan.isPresent()) {
            services.put(service, plan.get().make(service, view, workers.probers()));
        } else {
            services.remove(service);
        }
        RegistryView live = sources.registry().view();
        Set<EndpointKey> affected = new HashSet<>();
        live.service(service)
                .ifPresent(registered ->
                        registered.endpoints().keySet().forEach(id -> affected.add(new EndpointKey(service, id))));
        // Those that have just left are told to nobody if the service is not probed any longer.
        endpoints.keySet().stream().filter(key -> key.service().equals(service)).forEach(affected::add);
        affected.forEach(key -> refresh(key, live));
    }

    private void refresh(EndpointKey key, RegistryView live) {
        Optional<RegisteredEndpoint> registered = live.service(key.service())
                .flatMap(service -> Optional.ofNullable(service.endpoints().get(key.id())));
        @Nullable ServiceProbe service = services.get(key.service());
        @Nullable Probed known = endpoints.get(key);
        if (registered.isEmpty()) {
            reporter.forget(key);
            drop(known);
        } else if (service == null || registered.get().endpoint().probe().disabled()) {
            if (known != null || !Probed.isNothing(registered.get().health())) {
                reporter.report(Probed.nothing(key, ""));
            }
            drop(known);
        } else if (known == null) {
            Probed fresh = new Probed(key, registered.get(), service, resumed(registered.get()));
            endpoints.put(key, fresh);
            enlist(fresh);
        } else {
            update(known, registered.get(), service);
        }
    }

    private Judgement resumed(RegisteredEndpoint registered) {
        return Judgement.resumed(registered.health(), workers.agenda().nanos(), settings.flapping());
    }

    private void drop(@Nullable Probed endpoint) {
        if (endpoint != null) {
            endpoint.leave();
            endpoints.remove(endpoint.key());
        }
    }

    private void update(Probed known, RegisteredEndpoint registered, ServiceProbe service) {
        ProbeTarget target = ProbeTarget.of(registered.endpoint());
        boolean moved = !known.target().address().equals(target.address());
        if (moved) {
            // What was found at another address.
            reporter.forget(known.key());
        }
        // It came anew under the same id, or a verdict on its former address was written in the last moment.
        boolean forgotten = !reporter.isPending(known.key()) && known.isContradictedBy(registered.health());
        if (moved || forgotten) {
            known.begin(registered, resumed(registered));
        }
        if (moved
                || forgotten
                || !known.target().equals(target)
                || !known.service().equals(service)) {
            known.change(target, service);
            enlist(known);
        }
    }

    /** Probes an endpoint from now on, or says why not. */
    private void enlist(Probed endpoint) {
        Optional<String> obstacle = switch (endpoint.service()) {
            case ServiceProbe.Obstructed(ServiceProbe.Plan _, String reason) -> Optional.of(reason);
            case ServiceProbe.Ready _ ->
                settings.denied().reason(endpoint.target().address().address());
        };
        if (obstacle.isPresent()) {
            endpoint.withhold(obstacle.get());
            tell(endpoint, Probed.nothing(endpoint.key(), obstacle.get()));
            return;
        }
        if (endpoint.isWithheld()) {
            endpoint.release();
            tell(endpoint, Probed.nothing(endpoint.key(), ""));
        }
        rounds.begin(endpoint);
    }

    private void changed(Probed endpoint, String reason) {
        EndpointKey key = endpoint.key();
        Judgement judgement = endpoint.judgement();
        if (judgement.verdict() != endpoint.told().verdict()) {
            metrics.recordVerdict(judgement.verdict());
        }
        LOG.info(
                "Verdict changed service={} endpoint={} verdict={} flapping={} reason={}",
                key.service(),
                key.id(),
                judgement.verdict(),
                judgement.isFlapping(),
                reason);
        tell(endpoint, new VerdictReport(key.service(), key.id(), judgement.verdict(), reason, judgement.isFlapping()));
    }

    private void tell(Probed endpoint, VerdictReport report) {
        if (!report.equals(endpoint.told())) {
            endpoint.setTold(report);
            reporter.report(report);
        }
    }

    @Override
    public void close() {
        workers.agenda().close();
        workers.askers().shutdownNow();
        workers.writer().shutdownNow();
        workers.probers().close();
    }
}
