package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.HealthLedger;
import io.chancery.registry.Liveness;
import io.chancery.registry.PreservationView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What is kept in use although it seems to be dead, because too much of it seems so at once. */
@RestController
@RequestMapping(path = "/v1/preservation", produces = MediaType.APPLICATION_JSON_VALUE)
class PreservationController {

    private final EndpointRegistry registry;
    private final HealthLedger ledger;
    private final Liveness liveness;

    PreservationController(EndpointRegistry registry, HealthLedger ledger, Liveness liveness) {
        this.registry = registry;
        this.ledger = ledger;
        this.liveness = liveness;
    }

    @GetMapping
    @Answers
    Preserved get() {
        PreservationView view = liveness.preservation();
        Map<String, PreservedService> services = new TreeMap<>();
        TreeSet<ServiceName> names = new TreeSet<>(view.services().keySet());
        names.addAll(liveness.guarded());
        for (ServiceName name : names) {
            services.put(
                    name.value(),
                    new PreservedService(
                            Optional.ofNullable(view.services().get(name))
                                    .map(KeptLeases::of)
                                    .orElse(null),
                            suspected(name)));
        }
        return new Preserved(
                view.isActive() || !services.isEmpty(),
                view.everything().map(KeptLeases::of).orElse(null),
                services);
    }

    private List<String> suspected(ServiceName name) {
        return registry.view()
                .service(name)
                .map(service -> service.endpoints().entrySet().stream()
                        .filter(entry -> entry.getValue().health().suspected())
                        .map(Map.Entry::getKey)
                        .map(EndpointId::value)
                        .toList())
                .orElse(List.of());
    }

    /** Ends preservation for all leases: for one term they end however many they are. */
    @DeleteMapping
    @Answers
    Preserved lift() {
        liveness.liftPreservation(Optional.empty());
        return get();
    }

    /** The same for the leases of one service; and what is suspected of its endpoints is taken for true. */
    @DeleteMapping("/{service}")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_SERVICE, Problem.STORE_UNAVAILABLE})
    Preserved lift(@PathVariable String service) {
        ServiceName name = new ServiceName(service);
        Known.service(registry.view(), name);
        ledger.release(name);
        liveness.liftPreservation(Optional.of(name));
        return get();
    }

    /**
     * What is kept in use.
     *
     * @param active whether anything is
     * @param leases present where no lease of any service ends
     * @param services those that have such endpoints, by name
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Preserved(boolean active, @Nullable KeptLeases leases, Map<String, PreservedService> services) {}

    /**
     * What is kept of one service.
     *
     * @param leases present where none of its leases ends
     * @param suspected ids of endpoints that are used although a probe or their lease speaks against them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PreservedService(@Nullable KeptLeases leases, List<String> suspected) {}

    /**
     * Leases that do not end.
     *
     * @param held how many there are
     * @param overdue how many of them would have ended
     */
    record KeptLeases(int held, int overdue) {
        static KeptLeases of(PreservationView.Kept kept) {
            return new KeptLeases(kept.leases(), kept.overdue());
        }
    }
}
