package io.chancery.registry;

import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;

/**
 * The registry's keys in the store: {@code registry/endpoint/<service>/<id>}, {@code registry/health/<service>/<id>} and
 * {@code registry/service/<service>}. Sorted, an endpoint comes before its health.
 */
final class Keys {

    static final String PREFIX = "registry/";

    private static final String ENDPOINT = PREFIX + "endpoint/";
    private static final String HEALTH = PREFIX + "health/";
    private static final String SERVICE = PREFIX + "service/";

    private Keys() {}

    static String endpoint(ServiceName service, EndpointId id) {
        return ENDPOINT + service.value() + '/' + id.value();
    }

    static String health(ServiceName service, EndpointId id) {
        return HEALTH + service.value() + '/' + id.value();
    }

    static String service(ServiceName service) {
        return SERVICE + service.value();
    }

    /** What a key under {@link #PREFIX} is about. */
    sealed interface Subject {

        ServiceName service();

        record OfEndpoint(ServiceName service, EndpointId id) implements Subject {}

        record OfHealth(ServiceName service, EndpointId id) implements Subject {}

        record OfService(ServiceName service) implements Subject {}
    }

    /** @throws UnreadableValueException if the key is none of ours */
    static Subject parse(String key) {
        if (key.startsWith(ENDPOINT)) {
            int slash = slash(key, ENDPOINT);
            return new Subject.OfEndpoint(
                    new ServiceName(key.substring(ENDPOINT.length(), slash)), new EndpointId(key.substring(slash + 1)));
        }
        if (key.startsWith(HEALTH)) {
            int slash = slash(key, HEALTH);
            return new Subject.OfHealth(
                    new ServiceName(key.substring(HEALTH.length(), slash)), new EndpointId(key.substring(slash + 1)));
        }
        if (key.startsWith(SERVICE)) {
            return new Subject.OfService(new ServiceName(key.substring(SERVICE.length())));
        }
        throw unknown(key);
    }

    private static int slash(String key, String prefix) {
        int slash = key.indexOf('/', prefix.length());
        if (slash < 0) {
            throw unknown(key);
        }
        return slash;
    }

    private static UnreadableValueException unknown(String key) {
        return new UnreadableValueException(key, "has a key that this version does not know");
    }
}
