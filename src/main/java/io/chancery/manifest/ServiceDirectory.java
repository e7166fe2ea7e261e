package io.chancery.manifest;

/** Which services are registered. Safe for use by any thread. */
@FunctionalInterface
public interface ServiceDirectory {

    boolean has(String service);
}
