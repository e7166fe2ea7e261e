package io.chancery.model;

/**
 * The program that a node runs, by its own word.
 *
 * @param name for example {@code envoy}; empty if it said none
 * @param version for example {@code 1.40.0}; empty if it said none
 */
public record Program(String name, String version) {

    /** Of a node that does not say. */
    public static final Program UNKNOWN = new Program("", "");
}
