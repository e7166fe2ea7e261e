package io.chancery.preview;

/** What an Envoy says of a configuration. Callers switch over it without a default. */
public sealed interface EnvoyVerdict {

    /**
     * It would take it.
     *
     * @param words what it wrote, without secrets: warnings, for example
     */
    record Accepted(String words) implements EnvoyVerdict {}

    /**
     * It would refuse it.
     *
     * @param words what it wrote, without secrets
     */
    record Refused(String words) implements EnvoyVerdict {}

    /**
     * It did not say.
     *
     * @param reason why not, for people
     */
    record Undecided(String reason) implements EnvoyVerdict {}
}
