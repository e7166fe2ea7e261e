package io.chancery.rest;

import java.util.List;

/** Refusals that come together: whatever does the one thing can meet them all. */
enum ProblemSet {
    /** Of a request with a body. */
    BODY,
    /** Of a request that changes manifests, in whatever form it names them. */
    MANIFEST_CHANGE;

    List<Problem> problems() {
        return switch (this) {
            case BODY -> List.of(Problem.MALFORMED_BODY, Problem.BODY_TOO_LARGE, Problem.UNSUPPORTED_MEDIA_TYPE);
            case MANIFEST_CHANGE ->
                List.of(
                        Problem.INVALID_VALUE,
                        Problem.INVALID_MANIFEST,
                        Problem.OWNED_BY_FILE,
                        Problem.REVISION_CONFLICT,
                        Problem.ENVOY_NOT_CONFIGURED,
                        Problem.ENVOY_BUSY,
                        Problem.STORE_UNAVAILABLE);
        };
    }
}
