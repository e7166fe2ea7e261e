package io.chancery.rest;

import io.chancery.manifest.UnreadableManifestException;
import io.chancery.model.InvalidValueException;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.TransactionTooLargeException;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageConversionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tools.jackson.core.JacksonException;

/**
 * What is answered when something was thrown: a problem, and the headers that belong to it.
 *
 * @param headers by name, for example {@code Allow}
 */
record Refusal(ProblemDetail problem, Map<String, String> headers) {

    private static final Logger LOG = LoggerFactory.getLogger(Refusal.class);
    private static final String RETRY_AFTER_SECONDS = "1";

    Refusal {
        headers = Map.copyOf(headers);
    }

    Refusal(ProblemDetail problem) {
        this(problem, Map.of());
    }

    /** Finds the problem behind what a module, the JSON reader or Spring threw; what nobody foresaw is logged. */
    static Refusal of(Exception thrown) {
        return switch (thrown) {
            case ProblemException e -> e.refusal();
            case InvalidValueException e -> new Refusal(Problem.INVALID_VALUE.about(e.field(), e.reason()));
            case StoreUnavailableException e ->
                new Refusal(
                        Problem.STORE_UNAVAILABLE.withDetail(String.valueOf(e.getMessage())),
                        Map.of(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS));
            case TransactionTooLargeException e ->
                new Refusal(Problem.TRANSACTION_TOO_LARGE.withDetail(String.valueOf(e.getMessage())));
            case UnreadableManifestException e -> {
                LOG.error("A stored manifest cannot be read", e);
                yield new Refusal(Problem.INTERNAL_FAULT.withDetail(String.valueOf(e.getMessage())));
            }
            case JacksonException e -> new Refusal(JsonFaults.problem(e));
            case HttpMessageConversionException e -> unreadable(e);
            case InvalidParameterException e -> new Refusal(ofStatus(e.getErrorCode()));
            case MethodArgumentTypeMismatchException e ->
                new Refusal(Problem.INVALID_VALUE.about(e.getName(), "must be a whole number"));
            default -> ofSpring(thrown);
        };
    }

    private static Refusal unreadable(HttpMessageConversionException thrown) {
        @Nullable Throwable cause = thrown.getCause();
        return new Refusal(
                switch (cause) {
                    case JacksonException json -> JsonFaults.problem(json);
                    case BodyTooLargeException tooLarge -> JsonFaults.tooLarge(tooLarge);
                    case null, default ->
                        Problem.MALFORMED_BODY.withDetail("The body is missing or not JSON; send a JSON object");
                });
    }

    private static Refusal ofSpring(Exception thrown) {
        return switch (thrown) {
            case NoHandlerFoundException _, NoResourceFoundException _ ->
                new Refusal(Problem.UNKNOWN_PATH.withDetail("docs/api.md and /v3/api-docs list the paths that exist"));
            case HttpRequestMethodNotSupportedException e -> methodNotAllowed(e);
            case HttpMediaTypeNotSupportedException e -> {
                String supported = MediaType.toString(e.getSupportedMediaTypes().stream()
                        .filter(type -> !type.isWildcardSubtype())
                        .toList());
                yield new Refusal(
                        Problem.UNSUPPORTED_MEDIA_TYPE.withDetail(
                                "Send JSON and say so with the header Content-Type, one of: " + supported),
                        Map.of(HttpHeaders.ACCEPT, supported));
            }
            case HttpMediaTypeNotAcceptableException _ ->
                new Refusal(Problem.NOT_ACCEPTABLE.withDetail("Send an Accept header that takes application/json"));
            case ErrorResponse e -> new Refusal(ofStatus(e.getStatusCode().value()));
            default -> {
                LOG.error("A request failed for a reason that nobody foresaw", thrown);
                yield new Refusal(Problem.INTERNAL_FAULT.withDetail("The server's log says more"));
            }
        };
    }

    private static Refusal methodNotAllowed(HttpRequestMethodNotSupportedException thrown) {
        var supported = thrown.getSupportedHttpMethods();
        String allow = supported == null
                ? ""
                : supported.stream().map(HttpMethod::name).sorted().collect(Collectors.joining(", "));
        Map<String, String> headers = new TreeMap<>();
        if (!allow.isEmpty()) {
            headers.put(HttpHeaders.ALLOW, allow);
        }
        return new Refusal(Problem.METHOD_NOT_ALLOWED.withDetail("Allowed here: " + allow), headers);
    }

    /** What is answered where nothing but a status is known. */
    static ProblemDetail ofStatus(int status) {
        Problem problem = Problem.ofStatus(status);
        return problem.withDetail(
                switch (problem) {
                    case UNKNOWN_PATH -> "docs/api.md and /v3/api-docs list the paths that exist";
                    case MALFORMED_REQUEST ->
                        "The request line, a header or an escape in the path or the query is malformed, or the headers are larger"
                                + " than 16 KB together";
                    case INTERNAL_FAULT -> "The server's log says more";
                    case SHUTTING_DOWN -> "The server takes no more requests; try again in a moment";
                    case INVALID_VALUE,
                            UNKNOWN_FIELD,
                            INVALID_MANIFEST,
                            MALFORMED_BODY,
                            UNKNOWN_SERVICE,
                            UNKNOWN_ENDPOINT,
                            UNKNOWN_LEASE,
                            UNKNOWN_MANIFEST,
                            UNKNOWN_CUSTOMER,
                            UNKNOWN_RUNTIME_KEY,
                            UNKNOWN_NODE,
                            UNKNOWN_REVISION,
                            UNKNOWN_VERSION,
                            UNKNOWN_CHANGE,
                            UNKNOWN_ROLLOUT,
                            METHOD_NOT_ALLOWED,
                            NOT_ACCEPTABLE,
                            SERVICE_IN_USE,
                            SERVICE_FULL,
                            MASS_LOSS,
                            OWNED_BY_FILE,
                            CHANGED_SINCE,
                            ROLLOUT_UNDER_WAY,
                            ROLLOUT_HALTED,
                            REVISION_GONE,
                            REVISION_CONFLICT,
                            BODY_TOO_LARGE,
                            TRANSACTION_TOO_LARGE,
                            UNSUPPORTED_MEDIA_TYPE,
                            NOT_IMPLEMENTED,
                            ENVOY_NOT_CONFIGURED,
                            ENVOY_BUSY,
                            STORE_UNAVAILABLE -> problem.title();
                });
    }
}
