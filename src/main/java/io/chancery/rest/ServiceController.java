package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.RegistryView;
import io.chancery.registry.RemoveServiceResult;
import io.chancery.registry.ServiceView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The services that exist; one comes into being with its first endpoint. */
@RestController
@RequestMapping(path = "/v1/services", produces = MediaType.APPLICATION_JSON_VALUE)
class ServiceController {

    private final EndpointRegistry registry;

    ServiceController(EndpointRegistry registry) {
        this.registry = registry;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE})
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
