package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.envoys.EnvoyViews;
import io.chancery.healthcheck.Probes;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.DeregisterResult;
import io.chancery.registry.EndpointKey;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Liveness;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegisterResult;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
import io.chancery.xds.LoadReports;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** The endpoints of one service. */
@RestController
@RequestMapping(path = "/v1/services/{service}/endpoints", produces = MediaType.APPLICATION_JSON_VALUE)
class EndpointController {

    static final String MERGE_PATCH = "application/merge-patch+json";

    private final EndpointRegistry registry;
    private final Liveness liveness;
    private final EnvoyViews envoys;
    private final LoadReports loads;
    private final ObjectProvider<Probes> probes;
    private final MergePatch patches;

    EndpointController(
            EndpointRegistry registry,
            Liveness liveness,
            EnvoyViews envoys,
            LoadReports loads,
            ObjectProvider<Probes> probes,
            MergePatch patches) {
        this.registry = registry;
        this.liveness = liveness;
        this.envoys = envoys;
        this.loads = loads;
        this.probes = probes;
        this.patches = patches;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_SERVICE})
    ResponseEntity<EndpointPage> list(
            @PathVariable String service,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String after) {
        RegistryView view = registry.view();
        ServiceView found = Known.service(view, new ServiceName(service));
        @Nullable EndpointId from = after == null ? null : Known.after(after, EndpointId::new);
        Page<EndpointAnswer> page = Page.of(found.endpoints(), from, limit, EndpointAnswer::of);
        return ResponseEntity.ok()
                .eTag(ETags.of(view.revision()))
                .body(new EndpointPage(view.revision().value(), service, page.items(), page.next()));
    }

    /** What is observed changes without the endpoint, so the answer is never "not modified". */
    @GetMapping("/{id}")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_SERVICE, Problem.UNKNOWN_ENDPOINT})
    EndpointAnswer get(@PathVariable String service, @PathVariable String id, HttpServletResponse response) {
        ServiceName name = new ServiceName(service);
        RegisteredEndpoint found = find(name, new EndpointId(id));
        response.setHeader(HttpHeaders.ETAG, ETags.of(found.revision()));
        return EndpointAnswer.of(
                found,
                new Observations(
                        registry.leases()
                                .remaining(
                                        new EndpointKey(name, found.endpoint().id())),
                        envoys.of(service, found.endpoint().target().toString()),
                        loads.ofCluster(service),
                        Optional.ofNullable(probes.getIfAvailable())
                                .flatMap(running ->
                                        running.status(name, found.endpoint().id()))));
    }

    /** Registers an endpoint or replaces it as a whole; repeating the call is harmless. */
    @PutMapping(path = "/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            statuses = {200, 201},
            sets = ProblemSet.BODY,
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_FIELD,
                Problem.SERVICE_FULL,
                Problem.MASS_LOSS,
                Problem.REVISION_CONFLICT,
                Problem.STORE_UNAVAILABLE
            })
    ResponseEntity<EndpointAnswer> put(
            @PathVariable String service,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            @RequestParam(required = false) @Nullable String force,
            @RequestBody(required = false) @Nullable EndpointAttributes body) {
        ServiceName name = new ServiceName(service);
        EndpointAttributes attributes = body == null ? EndpointAttributes.NONE : body;
        Endpoint endpoint = attributes.toEndpoint(new EndpointId(id));
        Precondition precondition = attributes.preconditionOr(ETags.precondition(ifMatch, ifNoneMatch));
        return rendered(name, endpoint, registry.register(name, endpoint, precondition, Known.massLoss(force)));
    }

    /** Changes some attributes of an endpoint, as RFC 7396 has it; {@code null} takes an attribute back to its default. */
    @PatchMapping(
            path = "/{id}",
            consumes = {MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
    @Answers(
            sets = ProblemSet.BODY,
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_FIELD,
                Problem.UNKNOWN_SERVICE,
                Problem.UNKNOWN_ENDPOINT,
                Problem.MASS_LOSS,
                Problem.REVISION_CONFLICT,
                Problem.STORE_UNAVAILABLE
            })
    ResponseEntity<EndpointAnswer> patch(
            @PathVariable String service,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestParam(required = false) @Nullable String force,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = EndpointAttributes.class)))
                    @RequestBody
                    JsonNode patch) {
        ServiceName name = new ServiceName(service);
        EndpointId endpointId = new EndpointId(id);
        Precondition wanted = ETags.precondition(ifMatch, null);
        while (true) {
            RegisteredEndpoint current = find(name, endpointId);
            EndpointAttributes patched = patches.apply(EndpointAttributes.of(current), patch);
            Endpoint endpoint = keepingDeparture(patched.toEndpoint(endpointId), current.endpoint());
            Precondition precondition = patched.preconditionOr(wanted);
            RegisterResult result =
                    registry.register(name, endpoint, atThisRevision(precondition, current), Known.massLoss(force));
            boolean anotherWriterWasFaster = result instanceof RegisterResult.PreconditionFailed(Revision actual)
                    && precondition instanceof Precondition.None
                    && !actual.equals(current.revision());
            if (!anotherWriterWasFaster) {
                return rendered(name, endpoint, result);
            }
        }
    }

    /** A patch of something else does not keep an endpoint that is on its way out. */
    private static Endpoint keepingDeparture(Endpoint patched, Endpoint current) {
        return patched.state() == EndpointState.DRAINING
                ? current.departure().map(patched::leaving).orElse(patched)
                : patched;
    }

    /**
     * Removes an endpoint: at once, or with {@code drain} after it has been draining for so long. What would leave the
     * service with too few endpoints is refused unless {@code force} is given.
     */
    @DeleteMapping("/{id}")
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_ENDPOINT,
                Problem.MASS_LOSS,
                Problem.REVISION_CONFLICT,
                Problem.STORE_UNAVAILABLE
            })
    RevisionAnswer delete(
            @PathVariable String service,
            @PathVariable String id,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestParam(required = false) @Nullable String drain,
            @RequestParam(required = false) @Nullable String force) {
        ServiceName name = new ServiceName(service);
        EndpointId endpoint = new EndpointId(id);
        Precondition precondition = ETags.precondition(ifMatch, null);
        DeregisterResult result = drain == null
                ? registry.deregister(name, endpoint, precondition, Known.massLoss(force))
                : liveness.drain(
                        new EndpointKey(name, endpoint),
                        Known.duration("drain", drain),
                        precondition,
                        Known.massLoss(force));
        return switch (result) {
            case DeregisterResult.Removed(Revision revision) -> new RevisionAnswer(revision.value());
            case DeregisterResult.NotFound() -> throw Known.noSuchEndpoint(name);
            case DeregisterResult.PreconditionFailed(Revision actual) -> throw conflict(actual);
            case DeregisterResult.Guarded(int sound) -> throw Known.massLoss(name, sound);
        };
    }

    private RegisteredEndpoint find(ServiceName service, EndpointId id) {
        return Optional.ofNullable(
                        Known.service(registry.view(), service).endpoints().get(id))
                .orElseThrow(() -> Known.noSuchEndpoint(service));
    }

    /** A patch is made to what was read, so nobody may have changed that meanwhile. */
    private static Precondition atThisRevision(Precondition precondition, RegisteredEndpoint current) {
        return switch (precondition) {
            case Precondition.None _, Precondition.Present _ -> new Precondition.At(current.revision());
            case Precondition.At _, Precondition.Absent _ -> precondition;
        };
    }

    private ResponseEntity<EndpointAnswer> rendered(ServiceName service, Endpoint endpoint, RegisterResult result) {
        return switch (result) {
            case RegisterResult.Added(Revision revision) -> answer(HttpStatus.CREATED, service, endpoint, revision);
            case RegisterResult.Updated(Revision revision) -> answer(HttpStatus.OK, service, endpoint, revision);
            case RegisterResult.Unchanged(Revision revision) -> answer(HttpStatus.OK, service, endpoint, revision);
            case RegisterResult.PreconditionFailed(Revision actual) -> throw conflict(actual);
            case RegisterResult.Full(int limit) -> throw Known.full(limit);
            case RegisterResult.Guarded(int sound) -> throw Known.massLoss(service, sound);
        };
    }

    private ResponseEntity<EndpointAnswer> answer(
            HttpStatus status, ServiceName service, Endpoint endpoint, Revision revision) {
        RegisteredEndpoint written = registry.view()
                .service(service)
                .map(found -> found.endpoints().get(endpoint.id()))
                .filter(found -> found.revision().equals(revision))
                .orElseGet(() -> new RegisteredEndpoint(endpoint, revision));
        return ResponseEntity.status(status).eTag(ETags.of(revision)).body(EndpointAnswer.of(written));
    }

    private static ProblemException conflict(Revision actual) {
        return Problem.REVISION_CONFLICT.toException(
                actual.equals(Revision.ZERO) ? "It does not exist" : "It exists at revision " + actual.value());
    }

    /**
     * A part of a service's endpoints, by id.
     *
     * @param revision the registry's revision that the list is of
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record EndpointPage(
            long revision,
            String service,
            List<EndpointAnswer> endpoints,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
