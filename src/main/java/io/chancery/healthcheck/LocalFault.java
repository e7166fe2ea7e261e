package io.chancery.healthcheck;

import java.util.Optional;

/** Faults of this machine, which say nothing of an endpoint. The JDK tells them apart by their messages only. */
final class LocalFault {

    private LocalFault() {}

    /** What is wrong here, if that is what kept a probe from being made. */
    static Optional<String> of(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("Too many open files")) {
            return Optional.of(
                    "this process may not open more files: raise its limit, or lower chancery.probes.at-once");
        }
        if (message.contains("Cannot assign requested address")) {
            return Optional.of("no port is left here to connect from");
        }
        return Optional.empty();
    }
}
