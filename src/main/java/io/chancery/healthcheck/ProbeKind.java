package io.chancery.healthcheck;

import io.chancery.manifest.spec.Probe;

/** What is asked of an endpoint. */
enum ProbeKind {
    TCP,
    HTTP,
    GRPC,
    REDIS;

    static ProbeKind of(Probe probe) {
        if (probe.tcp().isPresent()) {
            return TCP;
        }
        if (probe.http().isPresent()) {
            return HTTP;
        }
        return probe.grpc().isPresent() ? GRPC : REDIS;
    }
}
