package io.chancery.rest;

import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.BatchResult;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.MassLoss;
import io.chancery.registry.RegistrationRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Many registrations and deregistrations as one change. */
@RestController
class RegistrationsController {

    static final String PATH = "/v1/registrations";

    private final EndpointRegistry registry;

    RegistrationsController(EndpointRegistry registry) {
        this.registry = registry;
    }

    /** Makes all that the batch asks for true, or nothing of it. */
    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            sets = ProblemSet.BODY,
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_FIELD,
                Problem.SERVICE_FULL,
                Problem.MASS_LOSS,
                Problem.TRANSACTION_TOO_LARGE,
                Problem.STORE_UNAVAILABLE
            })
    BatchAnswer apply(@RequestParam(required = false) @Nullable String force, @RequestBody Batch batch) {
        MassLoss massLoss = Known.massLoss(force);
        List<@Nullable Registration> register = batch.register() == null ? List.of() : batch.register();
        List<@Nullable Deregistration> deregister = batch.deregister() == null ? List.of() : batch.deregister();
        if (register.isEmpty() && deregister.isEmpty()) {
            throw new InvalidValueException("register", "or deregister must have at least one entry");
        }
        List<RegistrationRequest> requests = new ArrayList<>(register.size() + deregister.size());
        for (int i = 0; i < register.size(); i++) {
            requests.add(parsed("register", i, register.get(i), Registration::toRequest));
        }
        for (int i = 0; i < deregister.size(); i++) {
            requests.add(parsed("deregister", i, deregister.get(i), Deregistration::toRequest));
        }
        refuseRepetition(requests, register.size());
        return switch (registry.applyBatch(requests, massLoss)) {
            case BatchResult.Applied(Revision revision, int changed, int unchanged) ->
                new BatchAnswer(revision.value(), changed, unchanged);
            case BatchResult.Full(ServiceName service, int limit) ->
                throw Problem.SERVICE_FULL.toException("The service " + service + " may hold " + limit
                        + " endpoints; chancery.registry.max-endpoints-per-service sets the limit");
            case BatchResult.Guarded(ServiceName service, int sound) -> throw Known.massLoss(service, sound);
        };
    }

    private interface Parser<T> {
        RegistrationRequest parse(T entry);
    }

    private static <T> RegistrationRequest parsed(String list, int index, @Nullable T entry, Parser<T> parser) {
        String place = list + '[' + index + ']';
        if (entry == null) {
            throw new InvalidValueException(place, "must be an object, not null");
        }
        try {
            return parser.parse(entry);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(place + '.' + e.field(), e.reason());
        }
    }

    private static void refuseRepetition(List<RegistrationRequest> requests, int registrations) {
        record Key(ServiceName service, EndpointId id) {}
        Set<Key> seen = HashSet.newHashSet(requests.size());
        for (int i = 0; i < requests.size(); i++) {
            RegistrationRequest request = requests.get(i);
            if (!seen.add(new Key(request.service(), request.id()))) {
                String place = i < registrations ? "register[" + i + ']' : "deregister[" + (i - registrations) + ']';
                throw new InvalidValueException(place, "must not name an endpoint that the batch named before");
            }
        }
    }

    private static ServiceName service(@Nullable String name) {
        if (name == null) {
            throw new InvalidValueException("service", "must be given, for example myservice");
        }
        return new ServiceName(name);
    }

    /** What is to be so afterwards. */
    record Batch(
            @Nullable List<@Nullable Registration> register,
            @Nullable List<@Nullable Deregistration> deregister) {}

    /** An endpoint that is to be there; its id is {@code IP:PORT} unless given. */
    record Registration(
            @Nullable String service,
            @Nullable String id,
            @Nullable String address,
            @Nullable Integer port,
            @Nullable Integer weight,
            EndpointAttributes.@Nullable LocalityBody locality,
            @Nullable Integer priority,
            @Nullable Map<String, @Nullable String> metadata,
            @Nullable String state,
            EndpointAttributes.@Nullable LeaseBody lease,
            EndpointAttributes.@Nullable ProbeBody probe) {

        RegistrationRequest toRequest() {
            EndpointAttributes attributes = new EndpointAttributes(
                    null, address, port, weight, locality, priority, metadata, state, lease, probe, null, null);
            HostPort target = attributes.target();
            EndpointId endpointId = new EndpointId(id == null ? target.toString() : id);
            return new RegistrationRequest.Register(
                    RegistrationsController.service(service), attributes.toEndpoint(endpointId, target));
        }
    }

    /** An endpoint that is to be gone. */
    record Deregistration(
            @Nullable String service, @Nullable String id) {

        RegistrationRequest toRequest() {
            if (id == null) {
                throw new InvalidValueException("id", "must be given, for example 10.0.0.1:8080");
            }
            return new RegistrationRequest.Deregister(RegistrationsController.service(service), new EndpointId(id));
        }
    }

    /**
     * What became of a batch.
     *
     * @param revision the store's revision at which all of it holds
     * @param changed how many entries needed a change
     * @param unchanged how many held already
     */
    record BatchAnswer(long revision, int changed, int unchanged) implements Written {}
}
