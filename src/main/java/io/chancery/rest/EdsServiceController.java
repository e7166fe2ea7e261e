package io.chancery.rest;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import io.chancery.registry.DeregisterResult;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegisterResult;
import io.chancery.registry.RegisteredEndpoint;
import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /edsservice/register?endpoint=IP:PORT[&service=NAME]} and {@code /edsservice/deregister?…}: plain text in and
 * out, for scripts and instances that can do no more than call a URL.
 */
@RestController
@RequestMapping(path = EdsServiceController.PATH)
class EdsServiceController {

    static final String PATH = "/edsservice";
    static final String REGISTER = "/register";

    private static final String DEREGISTER = "/deregister";
    private static final ServiceName DEFAULT_SERVICE = new ServiceName("myservice");

    private final EndpointRegistry registry;

    EdsServiceController(EndpointRegistry registry) {
        this.registry = registry;
    }

    @Parameter(
            name = "endpoint",
            in = ParameterIn.QUERY,
            required = true,
            description = "IP:PORT, for example 10.0.0.1:8080 or [::1]:8080; the first counts")
    @Parameter(name = "service", in = ParameterIn.QUERY, description = "myservice if absent")
    @RequestMapping(
            path = REGISTER,
            method = {RequestMethod.GET, RequestMethod.POST})
    @Answers(problems = {Problem.INVALID_VALUE, Problem.SERVICE_FULL, Problem.STORE_UNAVAILABLE})
    ResponseEntity<byte[]> register(HttpServletRequest request) {
        Call call = Call.parse(request.getQueryString());
        return answer(register(call.service(), call.target(), call.endpoint()));
    }

    @Parameter(
            name = "endpoint",
            in = ParameterIn.QUERY,
            required = true,
            description = "IP:PORT, for example 10.0.0.1:8080 or [::1]:8080; the first counts")
    @Parameter(name = "service", in = ParameterIn.QUERY, description = "myservice if absent")
    @RequestMapping(
            path = DEREGISTER,
            method = {RequestMethod.GET, RequestMethod.POST})
    @Answers(problems = {Problem.INVALID_VALUE, Problem.STORE_UNAVAILABLE})
    ResponseEntity<byte[]> deregister(HttpServletRequest request) {
        Call call = Call.parse(request.getQueryString());
        EndpointId id = new EndpointId(call.target().toString());
        return switch (registry.deregister(call.service(), id, Precondition.NONE)) {
            case DeregisterResult.Removed _, DeregisterResult.NotFound _, DeregisterResult.PreconditionFailed _ ->
                answer(call.endpoint() + " ok");
        };
    }

    /** Spring would take HEAD for GET, but who sends HEAD expects that nothing changes. */
    @Hidden
    @RequestMapping(
            path = {REGISTER, DEREGISTER},
            method = RequestMethod.HEAD)
    void head() throws HttpRequestMethodNotSupportedException {
        throw new HttpRequestMethodNotSupportedException("HEAD", List.of("GET", "POST"));
    }

    private static ResponseEntity<byte[]> answer(String text) {
        // Whatever the caller accepts: what he gets has always been text.
        return ResponseEntity.ok().contentType(MediaType.TEXT_PLAIN).body(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What the query asks for.
     *
     * @param endpoint as it was written, for the answer
     */
    private record Call(ServiceName service, HostPort target, String endpoint) {

        static Call parse(@Nullable String query) {
            @Nullable String endpoint = query == null ? null : QueryString.first(query, "endpoint");
            if (query == null || endpoint == null || endpoint.isEmpty()) {
                throw new InvalidValueException("endpoint", "must be given in the query, like ?endpoint=10.0.0.1:8080");
            }
            @Nullable String service = QueryString.first(query, "service");
            return new Call(
                    service == null ? DEFAULT_SERVICE : new ServiceName(service), HostPort.parse(endpoint), endpoint);
        }
    }

    /** What is there already is left as it is: the caller says nothing of its weight, state and so on. */
    private String register(ServiceName service, HostPort target, String text) {
        Endpoint plain = Endpoint.of(target);
        while (true) {
            @Nullable
            RegisteredEndpoint existing = registry.view()
                    .service(service)
                    .map(found -> found.endpoints().get(plain.id()))
                    .orElse(null);
            RegisterResult result = existing == null
                    ? registry.register(service, plain, new Precondition.Absent())
                    : registry.register(service, existing.endpoint(), new Precondition.At(existing.revision()));
            switch (result) {
                case RegisterResult.Added _ -> {
                    return text + " ok";
                }
                case RegisterResult.Updated _, RegisterResult.Unchanged _ -> {
                    return text + " already registered";
                }
                case RegisterResult.PreconditionFailed(Revision actual) -> {
                    if (!actual.equals(Revision.ZERO)) {
                        return text + " already registered";
                    }
                }
                case RegisterResult.Full(int limit) -> throw Known.full(limit);
            }
        }
    }
}
