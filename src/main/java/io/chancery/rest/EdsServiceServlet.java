package io.chancery.rest;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.InstanceId;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Lease;
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
import java.util.Optional;
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
    private static final String OK = " ok";
    private static final String ALREADY = " already registered";
    private static final String TEXT = "text/plain;charset=UTF-8";

    static final String REVISION = "Chancery-Revision";
    static final String RECEIPT = "Chancery-Receipt";

    private final transient EndpointRegistry registry;
    private final transient Receipts receipts;

    EdsServiceServlet(EndpointRegistry registry, Receipts receipts) {
        this.registry = registry;
        this.receipts = receipts;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            Answer given = answer(request);
            byte[] answer = given.text().getBytes(StandardCharsets.UTF_8);
            response.setContentType(TEXT);
            response.setHeader(REVISION, Long.toString(given.revision().value()));
            if (given.wish().isPresent()) {
                Receipts.Receipt receipt = receipts.await(given.wish().get(), given.revision());
                response.setHeader(RECEIPT, receipt.toLine());
            }
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        } catch (HttpRequestMethodNotSupportedException | RuntimeException e) {
            ProblemWriter.write(response, Refusal.of(e));
        }
    }

    /**
     * What became of a request.
     *
     * @param revision from which on it is so
     */
    private record Answer(String text, Revision revision, Optional<Receipts.Wish> wish) {}

    private Answer answer(HttpServletRequest request) throws HttpRequestMethodNotSupportedException {
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
        return register ? register(call) : deregister(call);
    }

    /**
     * What the query asks for.
     *
     * @param endpoint as it was written, for the answer
     */
    private record Call(
            ServiceName service,
            HostPort target,
            String endpoint,
            Optional<Lease> lease,
            Optional<Receipts.Wish> wish) {

        static Call parse(@Nullable String query) {
            @Nullable String endpoint = query == null ? null : QueryString.first(query, "endpoint");
            if (query == null || endpoint == null || endpoint.isEmpty()) {
                throw new InvalidValueException("endpoint", "must be given in the query, like ?endpoint=10.0.0.1:8080");
            }
            @Nullable String service = QueryString.first(query, "service");
            return new Call(
                    service == null ? DEFAULT_SERVICE : new ServiceName(service),
                    HostPort.parse(endpoint),
                    endpoint,
                    lease(QueryString.first(query, "ttl"), QueryString.first(query, "instance")),
                    Receipts.Wish.parse(
                            QueryString.first(query, Receipts.WAIT), QueryString.first(query, Receipts.TIMEOUT)));
        }

        private static Optional<Lease> lease(@Nullable String ttl, @Nullable String instance) {
            if (ttl == null) {
                if (instance != null) {
                    throw new InvalidValueException("instance", "must be given together with ttl, like &ttl=30s");
                }
                return Optional.empty();
            }
            return Optional.of(new Lease(
                    Known.duration("ttl", ttl), Optional.ofNullable(instance).map(InstanceId::new)));
        }

        Answer answered(String outcome, Revision revision) {
            return new Answer(endpoint + outcome, revision, wish);
        }
    }

    /**
     * What is there already is left as it is, as the caller says nothing of its weight, state and so on; but it has the
     * lease that the caller wants, and stays if it was to leave.
     */
    private Answer register(Call call) {
        Endpoint plain = Endpoint.of(call.target()).leased(call.lease());
        while (true) {
            @Nullable
            RegisteredEndpoint existing = registry.view()
                    .service(call.service())
                    .map(found -> found.endpoints().get(plain.id()))
                    .orElse(null);
            RegisterResult result = existing == null
                    ? registry.register(call.service(), plain, new Precondition.Absent())
                    : registry.register(
                            call.service(),
                            again(existing.endpoint(), call.lease()),
                            new Precondition.At(existing.revision()));
            switch (result) {
                case RegisterResult.Added(Revision revision) -> {
                    return call.answered(OK, revision);
                }
                case RegisterResult.Updated(Revision revision) -> {
                    return call.answered(ALREADY, revision);
                }
                case RegisterResult.Unchanged(Revision revision) -> {
                    return call.answered(ALREADY, revision);
                }
                case RegisterResult.PreconditionFailed _ -> {
                    // Somebody else was faster: look again.
                }
                case RegisterResult.Full(int limit) -> throw Known.full(limit);
                case RegisterResult.Guarded(int sound) -> throw Known.massLoss(call.service(), sound);
            }
        }
    }

    private static Endpoint again(Endpoint existing, Optional<Lease> lease) {
        Endpoint staying = existing.departure().isPresent() ? existing.in(EndpointState.ACTIVE) : existing;
        return lease.isPresent() ? staying.leased(lease) : staying;
    }

    /** Where there is nothing to remove, that has been so at the latest since the revision that is answered. */
    private Answer deregister(Call call) {
        EndpointId id = new EndpointId(call.target().toString());
        return switch (registry.deregister(call.service(), id, Precondition.NONE)) {
            case DeregisterResult.Removed(Revision revision) -> call.answered(OK, revision);
            case DeregisterResult.NotFound _, DeregisterResult.PreconditionFailed _ ->
                call.answered(OK, registry.view().revision());
            case DeregisterResult.Guarded(int sound) -> throw Known.massLoss(call.service(), sound);
        };
    }
}
