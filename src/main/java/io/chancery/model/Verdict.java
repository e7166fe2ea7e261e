package io.chancery.model;

/** What probes have found of an endpoint. */
public enum Verdict {
    /** Nothing yet, or it is not probed: Envoy treats it as healthy. */
    UNKNOWN,
    HEALTHY,
    UNHEALTHY
}
