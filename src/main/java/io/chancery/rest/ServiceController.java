package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Endpoint;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.BatchResult;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Liveness;
import io.chancery.registry.RegistryView;
import io.chancery.registry.RemoveServiceResult;
import io.chancery.registry.ServiceView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The services that exist; one comes into being with its first endpoint. */
@RestController
@RequestMapping(path = "/v1/services", produces = MediaType.APPLICATION_JSON_VALUE)
class ServiceController {

    private final EndpointRegistry registry;
    private final Liveness liveness;

    ServiceController(EndpointRegistry registry, Liveness liveness) {
        this.registry = registry;
        this.liveness = liveness;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = Problem.INVALID_VALUE)
    ResponseEntity<ServicePage> list(
            @RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String after) {
        RegistryView view = registry.view();
        @Nullable ServiceName from = after == null ? null : Known.after(after, ServiceName::new);
        Page<ServiceSummary> page = Page.of(view.services(), from, limit, ServiceSummary::of);
        return ResponseEntity.ok()
                .eTag(ETags.of(view.revision()))
                .body(new ServicePage(view.revision().value(), page.items(), page.next()));
    }

    @GetMapping("/{service}")
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_SERVICE})
    ResponseEntity<ServiceAnswer> get(@PathVariable String service) {
        RegistryView view = registry.view();
        ServiceView found = Known.service(view, new ServiceName(service));
        return ResponseEntity.ok()
                .eTag(ETags.of(view.revision()))
                .body(new ServiceAnswer(
                        view.revision().value(), service, found.endpoints().size()));
    }

    /** Removes a service that has no endpoints left; its cluster then leaves every Envoy. */
    @DeleteMapping("/{service}")
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_SERVICE,
                Problem.SERVICE_IN_USE,
                Problem.STORE_UNAVAILABLE
            })
    RevisionAnswer delete(@PathVariable String service) {
        ServiceName name = new ServiceName(service);
        return switch (registry.removeService(name)) {
            case RemoveServiceResult.Removed(Revision revision) -> new RevisionAnswer(revision.value());
            case RemoveServiceResult.NotFound() ->
                throw Problem.UNKNOWN_SERVICE.toException("There is no service " + name);
            case RemoveServiceResult.InUse(int endpoints) ->
                throw Problem.SERVICE_IN_USE.toException(
                        "It has " + endpoints + (endpoints == 1 ? " endpoint" : " endpoints") + "; remove them first");
        };
    }

    /**
     * Takes the endpoints of a place, or with some metadata, out of use, and with {@code drain} removes them after that
     * time. What would leave the service with too few endpoints is refused unless {@code force} is given.
     */
    @PostMapping(path = "/{service}/drain", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            sets = ProblemSet.BODY,
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_FIELD,
                Problem.UNKNOWN_SERVICE,
                Problem.MASS_LOSS,
                Problem.TRANSACTION_TOO_LARGE,
                Problem.STORE_UNAVAILABLE
            })
    Drained drain(
            @PathVariable String service,
            @RequestParam(required = false) @Nullable String drain,
            @RequestParam(required = false) @Nullable String force,
            @RequestBody Chosen chosen) {
        ServiceName name =
                Known.service(registry.view(), new ServiceName(service)).name();
        Optional<Duration> grace = Optional.ofNullable(drain).map(text -> Known.duration("drain", text));
        return switch (liveness.drain(name, chosen.toPredicate(), grace, Known.massLoss(force))) {
            case BatchResult.Applied(Revision revision, int changed, int unchanged) ->
                new Drained(revision.value(), changed + unchanged);
            case BatchResult.Guarded(ServiceName _, int sound) -> throw Known.massLoss(name, sound);
            case BatchResult.Full full -> throw new IllegalStateException("draining adds nothing: " + full);
        };
    }

    /** Which endpoints are meant: those for which all that is given is so. */
    record Chosen(
            EndpointAttributes.@Nullable LocalityBody locality,
            @Nullable Map<String, @Nullable String> metadata) {

        Predicate<Endpoint> toPredicate() {
            if (locality == null && (metadata == null || metadata.isEmpty())) {
                throw new InvalidValueException(
                        "locality", "or metadata must be given, for example {\"locality\": {\"zone\": \"a\"}}");
            }
            return endpoint -> isThere(endpoint.locality()) && has(endpoint.metadata());
        }

        private boolean isThere(Locality place) {
            return locality == null
                    || ((locality.region() == null || locality.region().equals(place.region()))
                            && (locality.zone() == null || locality.zone().equals(place.zone()))
                            && (locality.subZone() == null || locality.subZone().equals(place.subZone())));
        }

        private boolean has(Map<String, String> given) {
            return metadata == null
                    || metadata.entrySet().stream()
                            .allMatch(wanted -> Objects.equals(wanted.getValue(), given.get(wanted.getKey())));
        }
    }

    /**
     * What became of a drain.
     *
     * @param revision the store's revision from which on it is so
     * @param endpoints how many are draining by it
     */
    record Drained(long revision, int endpoints) implements Written {}

    /** One service in a list. */
    record ServiceSummary(String name, int endpoints) {
        static ServiceSummary of(ServiceView service) {
            return new ServiceSummary(
                    service.name().value(), service.endpoints().size());
        }
    }

    /**
     * One service.
     *
     * @param revision the registry's revision that the answer is of
     */
    record ServiceAnswer(long revision, String name, int endpoints) {}

    /**
     * A part of the services, by name.
     *
     * @param revision the registry's revision that the list is of
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record ServicePage(
            long revision,
            List<ServiceSummary> services,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
