package io.chancery.rest;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Every way in which the API says no. The slug is the stable part: clients match on it, and {@code docs/problems.md} has
 * one section for each.
 */
enum Problem {
    INVALID_VALUE(HttpStatus.BAD_REQUEST, "invalid-value", "A value in the request is not allowed"),
    UNKNOWN_FIELD(HttpStatus.BAD_REQUEST, "unknown-field", "The request has a field that does not exist"),
    INVALID_MANIFEST(HttpStatus.BAD_REQUEST, "invalid-manifest", "A manifest is not allowed"),
    MALFORMED_BODY(HttpStatus.BAD_REQUEST, "malformed-body", "The request's body cannot be read"),
    MALFORMED_REQUEST(HttpStatus.BAD_REQUEST, "malformed-request", "The request is not proper HTTP"),
    UNKNOWN_PATH(HttpStatus.NOT_FOUND, "unknown-path", "There is nothing under this path"),
    UNKNOWN_SERVICE(HttpStatus.NOT_FOUND, "unknown-service", "There is no such service"),
    UNKNOWN_ENDPOINT(HttpStatus.NOT_FOUND, "unknown-endpoint", "There is no such endpoint"),
    UNKNOWN_LEASE(HttpStatus.NOT_FOUND, "unknown-lease", "There is no such lease"),
    UNKNOWN_MANIFEST(HttpStatus.NOT_FOUND, "unknown-manifest", "There is no such manifest"),
    UNKNOWN_CUSTOMER(HttpStatus.NOT_FOUND, "unknown-customer", "Nothing is said of this customer"),
    UNKNOWN_RUNTIME_KEY(HttpStatus.NOT_FOUND, "unknown-runtime-key", "The runtime layer has no such key"),
    UNKNOWN_NODE(HttpStatus.NOT_FOUND, "unknown-node", "There is no such node"),
    UNKNOWN_REVISION(HttpStatus.NOT_FOUND, "unknown-revision", "There is no such revision yet"),
    UNKNOWN_VERSION(HttpStatus.NOT_FOUND, "unknown-version", "No such version is in quarantine"),
    UNKNOWN_CHANGE(HttpStatus.NOT_FOUND, "unknown-change", "The history has no such change"),
    UNKNOWN_ROLLOUT(HttpStatus.NOT_FOUND, "unknown-rollout", "No change of the shards is under way"),
    METHOD_NOT_ALLOWED(HttpStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "The path does not take this method"),
    NOT_ACCEPTABLE(
            HttpStatus.NOT_ACCEPTABLE, "not-acceptable", "The answer cannot be given in a form that is accepted"),
    SERVICE_IN_USE(HttpStatus.CONFLICT, "service-in-use", "The service still has endpoints"),
    SERVICE_FULL(HttpStatus.CONFLICT, "service-full", "The service holds as many endpoints as it may"),
    MASS_LOSS(HttpStatus.CONFLICT, "mass-loss", "Too few of the service's endpoints would be left"),
    OWNED_BY_FILE(HttpStatus.CONFLICT, "owned-by-file", "A file declares the manifest"),
    CHANGED_SINCE(HttpStatus.CONFLICT, "changed-since", "What is to be reverted was changed again since"),
    ROLLOUT_UNDER_WAY(HttpStatus.CONFLICT, "rollout-under-way", "Another change of the shards is under way"),
    ROLLOUT_HALTED(HttpStatus.CONFLICT, "rollout-halted", "The change of the shards was halted"),
    REVISION_GONE(HttpStatus.GONE, "revision-gone", "The history does not reach back so far"),
    REVISION_CONFLICT(
            HttpStatus.PRECONDITION_FAILED, "revision-conflict", "What is to be changed is not as the request expects"),
    BODY_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "body-too-large", "The request's body is too large"),
    TRANSACTION_TOO_LARGE(
            HttpStatus.CONTENT_TOO_LARGE, "transaction-too-large", "The store cannot take so much at once"),
    UNSUPPORTED_MEDIA_TYPE(
            HttpStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The request's body is of the wrong type"),
    INTERNAL_FAULT(HttpStatus.INTERNAL_SERVER_ERROR, "internal-fault", "Chancery has a fault"),
    NOT_IMPLEMENTED(
            HttpStatus.NOT_IMPLEMENTED, "not-implemented", "The request uses a part of HTTP that is not served"),
    ENVOY_NOT_CONFIGURED(HttpStatus.NOT_IMPLEMENTED, "envoy-not-configured", "There is no Envoy to ask"),
    STORE_UNAVAILABLE(HttpStatus.SERVICE_UNAVAILABLE, "store-unavailable", "The store cannot write now"),
    ENVOY_BUSY(HttpStatus.SERVICE_UNAVAILABLE, "envoy-busy", "The Envoy that is to be asked is busy"),
    SHUTTING_DOWN(HttpStatus.SERVICE_UNAVAILABLE, "shutting-down", "Chancery is stopping");

    private final HttpStatus status;
    private final String slug;
    private final String title;

    Problem(HttpStatus status, String slug, String title) {
        this.status = status;
        this.slug = slug;
        this.title = title;
    }

    HttpStatus status() {
        return status;
    }

    String slug() {
        return slug;
    }

    String title() {
        return title;
    }

    /** Renders this problem as RFC 9457 asks; {@code detail} is for people and may change freely. */
    ProblemDetail withDetail(String detail) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
        problem.setType(URI.create("urn:chancery:problem:" + slug));
        problem.setTitle(title);
        return problem;
    }

    /** As {@link #withDetail}, naming the part of the request that is at fault, for example {@code register[17].port}. */
    ProblemDetail about(String field, String reason) {
        ProblemDetail problem = withDetail(field + " " + reason);
        problem.setProperty("field", field);
        return problem;
    }

    ProblemException toException(String detail) {
        return new ProblemException(new Refusal(withDetail(detail)));
    }

    /** The problem that a status stands for where nothing else is known, as when the HTTP server itself refused. */
    static Problem ofStatus(int status) {
        return switch (status) {
            case 404 -> UNKNOWN_PATH;
            case 405 -> METHOD_NOT_ALLOWED;
            case 406 -> NOT_ACCEPTABLE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> UNSUPPORTED_MEDIA_TYPE;
            case 501, 505 -> NOT_IMPLEMENTED;
            case 503 -> SHUTTING_DOWN;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL_FAULT;
        };
    }
}
