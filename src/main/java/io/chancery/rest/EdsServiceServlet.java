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
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerMapping;

/**
 * {@code /edsservice/register?endpoint=IP:PORT[&service=NAME]} and {@code /edsservice/deregister?…}: plain text in and
 * out, for scripts and instances that can do no more than call a URL.
 */
final class EdsServiceServlet extends HttpServlet {

    /*
     * Not a Spring controller, because this is the path on which whole fleets register: passing it through Spring MVC
     * takes about as much time as all the rest of such a request.
     */

    private static final long serialVersionUID = 1L;

    static final String PREFIX = "/edsservice";
    static final String REGISTER = "/register";
    static final String DEREGISTER = "/deregister";

    private static final ServiceName DEFAULT_SERVICE = new ServiceName("myservice");
    private static final String TEXT = "text/plain;charset=utf-8";

    private final transient EndpointRegistry registry;

    EdsServiceServlet(EndpointRegistry registry) {
        this.registry = registry;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            String answer = answer(request);
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            response.setContentType(TEXT);
            response.setContentLength(body.length);
            response.getOutputStream().write(body);
        } catch (RuntimeException e) {
            ProblemWriter.write(response, Refusal.of(e));
        }
    }

    private String answer(HttpServletRequest request) {
        @Nullable String path = request.getPathInfo();
        boolean register = REGISTER.equals(path);
        if (!register && !DEREGISTER.equals(path)) {
            throw Problem.UNKNOWN_PATH.toException("There are /edsservice/register and /edsservice/deregister");
        }
        request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, PREFIX + path);
        String method = request.getMethod();
        if (!method.equals("GET") && !method.equals("POST")) {
            throw new ProblemException(new Refusal(
                    Problem.METHOD_NOT_ALLOWED.withDetail("Allowed here: GET, POST"),
                    Map.of(HttpHeaders.ALLOW, "GET, POST")));
        }
        String query = request.getQueryString() == null ? "" : request.getQueryString();
        @Nullable String endpoint = QueryString.first(query, "endpoint");
        if (endpoint == null || endpoint.isEmpty()) {
            throw new InvalidValueException("endpoint", "must be given in the query, like ?endpoint=10.0.0.1:8080");
        }
        @Nullable String service = QueryString.first(query, "service");
        ServiceName name = service == null ? DEFAULT_SERVICE : new ServiceName(service);
        HostPort target = HostPort.parse(endpoint);
        return register ? register(name, target, endpoint) : deregister(name, target, endpoint);
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

    private String deregister(ServiceName service, HostPort target, String text) {
        return switch (registry.deregister(service, new EndpointId(target.toString()), Precondition.NONE)) {
            case DeregisterResult.Removed _, DeregisterResult.NotFound _, DeregisterResult.PreconditionFailed _ ->
                text + " ok";
        };
    }
}
