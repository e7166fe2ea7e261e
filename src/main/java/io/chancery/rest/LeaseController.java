package io.chancery.rest;

import io.chancery.model.Durations;
import io.chancery.model.EndpointId;
import io.chancery.model.InstanceId;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointKey;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Leases;
import java.time.Duration;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** Renewals of leases. They are not written down: a restart gives each lease one fresh term. */
@RestController
class LeaseController {

    private final Leases leases;

    LeaseController(EndpointRegistry registry) {
        this.leases = registry.leases();
    }

    /** Renews the lease of one endpoint. */
    @PutMapping(path = "/v1/services/{service}/endpoints/{id}/lease", produces = MediaType.APPLICATION_JSON_VALUE)
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_LEASE})
    RenewedLease renew(@PathVariable String service, @PathVariable String id) {
        EndpointKey key = new EndpointKey(new ServiceName(service), new EndpointId(id));
        Duration ttl = leases.renew(key)
                .orElseThrow(() -> Problem.UNKNOWN_LEASE.toException(
                        "The service " + service + " has no such endpoint with a lease; register it with one"));
        return new RenewedLease(Durations.write(ttl));
    }

    /** Renews the leases of all endpoints that an instance has registered. */
    @PutMapping(path = "/v1/instances/{instance}/lease", produces = MediaType.APPLICATION_JSON_VALUE)
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_LEASE})
    RenewedLeases renewAll(@PathVariable String instance) {
        int renewed = leases.renew(new InstanceId(instance));
        if (renewed == 0) {
            throw Problem.UNKNOWN_LEASE.toException(
                    "No endpoint has a lease of this instance; register its endpoints with one");
        }
        return new RenewedLeases(renewed);
    }

    /**
     * One lease that was renewed.
     *
     * @param ttl how long it lasts from now on
     */
    record RenewedLease(String ttl) {}

    /**
     * The leases of an instance that were renewed.
     *
     * @param renewed how many they are; an instance that has registered more has lost some and registers again
     */
    record RenewedLeases(int renewed) {}
}
