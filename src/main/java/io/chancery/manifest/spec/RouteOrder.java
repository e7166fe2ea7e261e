package io.chancery.manifest.spec;

/** Which of several routes that match counts. */
public enum RouteOrder {
    /** The most specific one, wherever it stands: exact paths, then longer prefixes; with more conditions first. */
    SPECIFIC,
    /** The first. */
    LISTED
}
