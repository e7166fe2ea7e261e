package io.chancery.healthcheck;

import io.chancery.manifest.spec.Probe;
import io.chancery.model.ServiceName;

/** Makes the probers of services, one at a time, and closes what they share. */
interface ProberFactory extends AutoCloseable {

    /**
     * Makes the prober of one service.
     *
     * @throws IllegalArgumentException if it cannot be made of what was declared
     */
    Prober prober(ServiceName service, Probe probe, ProbeSecrets secrets);

    @Override
    void close();
}
