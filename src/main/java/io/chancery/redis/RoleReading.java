package io.chancery.redis;

import io.chancery.model.IpAddress;
import java.util.Optional;

/**
 * What came of asking a node once.
 *
 * @param replicas how many follow it, if it is a master
 * @param reason why there is no answer, for people; empty where there is one
 * @param address at which it answered; empty where it did not
 */
record RoleReading(Role role, int replicas, String reason, Optional<IpAddress> address) {

    static RoleReading master(int replicas, IpAddress address) {
        return new RoleReading(Role.MASTER, replicas, "", Optional.of(address));
    }

    static RoleReading replica(IpAddress address) {
        return new RoleReading(Role.REPLICA, 0, "", Optional.of(address));
    }

    static RoleReading unreachable(String reason) {
        return new RoleReading(Role.UNREACHABLE, 0, reason, Optional.empty());
    }

    static RoleReading authenticationFailed(String reason) {
        return new RoleReading(Role.AUTHENTICATION_FAILED, 0, reason, Optional.empty());
    }
}
