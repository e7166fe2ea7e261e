package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.List;

/** Endpoints by host name: Envoy asks its resolver. */
public record DnsDiscovery(
        @Field(
                value = "strict: every address that the names have is an endpoint; logical: one, the first",
                otherwise = "strict")
        Kind type,

        @Field("are the names: HOST:PORT each; one, if logical")
        List<HostName> hosts,

        @Field(value = "is how often Envoy asks again, at least 10ms", otherwise = "5s")
        Duration refresh,

        @Field(value = "is which addresses are asked for", otherwise = "auto")
        Family family) {

    private static final Duration LEAST_REFRESH = Duration.ofMillis(10);

    /** Envoy's two ways. */
    public enum Kind {
        STRICT,
        LOGICAL
    }

    /** Address families. */
    public enum Family {
        AUTO,
        V4,
        V6
    }

    public DnsDiscovery {
        Bounds.notEmpty("hosts", hosts);
        hosts = List.copyOf(hosts);
        Bounds.distinct("hosts", hosts);
        if (type == Kind.LOGICAL && hosts.size() > 1) {
            throw new InvalidValueException("hosts", "must be one name where type is logical");
        }
        Bounds.duration("refresh", refresh);
        if (refresh.compareTo(LEAST_REFRESH) < 0) {
            throw new InvalidValueException("refresh", "must be at least 10ms");
        }
    }
}
