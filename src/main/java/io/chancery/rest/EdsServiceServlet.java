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
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.servlet.HandlerMapping;

/**
 * {@code /edsservice/register?endpoint=IP:PORT[&service=NAME]} and {@code /edsservice/deregister?…}: plain text in and
 * out, for scripts and instances that can do no more than call a URL.
 */
final class EdsServiceServlet extends HttpServlet {

    /*
     * Not a Spring controller, because whole fleets register here, each instance for itself: through Spring MVC such a
     * request takes 52 µs of CPU instead of 32 (src/bench, swarm.Registrar; a bare servlet that only answers takes 17).
     */

    private static final long serialVersionUID = 1L;

    static final String PATH = "/edsservice";
    static final String REGISTER = "/register";
    static final String DEREGISTER = "/deregister";

    private static final ServiceName DEFAULT_SERVICE = new ServiceName("myservice");
    private static final String TEXT = "text/plain;charset=UTF-8";

    private final transient EndpointRegistry registry;

    EdsServiceServlet(EndpointRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            byte[] answer = answer(request).getBytes(StandardCharsets.UTF_8);
            response.setContentType(TEXT);
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        } catch (HttpRequestMethodNotSupportedException | RuntimeException e) {
            ProblemWriter.write(response, Refusal.of(e));
        }
    }

    private String answer(HttpServletRequest request) throws HttpRequestMethodNotSupportedException {
        @Nullable String path = request.getPathInfo();
        boolean register = REGISTER.equals(path);
        if (!register && !DEREGISTER.equals(path)) {
            throw Problem.UNKNOWN_PATH.toException("There are /edsservice/register and /edsservice/deregister");
        }
        request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, PATH + path);
        String method = request.getMethod();
        if (!method.equals("GET") && !method.equals("POST")) {
            // HEAD too: who sends it expects that nothing changes.
            throw new HttpRequestMethodNotSupportedException(method, List.of("GET", "POST"));
        }
        Call call = Call.parse(request.getQueryString());
        return register ? register(call.service(), call.target(), call.endpoint()) : deregister(call);
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

    private String deregister(Call call) {
        EndpointId id = new EndpointId(call.target().toString());
        return switch (registry.deregister(call.service(), id, Precondition.NONE)) {
            case DeregisterResult.Removed _, DeregisterResult.NotFound _, DeregisterResult.PreconditionFailed _ ->
                call.endpoint() + " ok";
        };
    }
}
