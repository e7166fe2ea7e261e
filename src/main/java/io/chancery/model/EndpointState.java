package io.chancery.model;

/** Whether an endpoint wants new traffic. */
public enum EndpointState {
    /** Takes traffic. */
    ACTIVE,
    /** Finishes what it has and takes nothing new; Envoy's health status {@code DRAINING}. */
    DRAINING
}
