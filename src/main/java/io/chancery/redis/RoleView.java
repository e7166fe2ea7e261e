package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.model.IpAddress;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is known of one node.
 *
 * @param role when it was asked last
 * @param told the last role that it told itself; {@link Role#UNKNOWN} if it never did
 * @param replicas how many followed it when it was asked last
 * @param since when it has its role
 * @param epoch the newest in which a Sentinel takes it for the master; empty where none does
 * @param reason why it does not answer, for people; empty where it does
 * @param address at which it answered last
 */
public record RoleView(
        HostName node,
        Role role,
        Role told,
        int replicas,
        Instant since,
        OptionalLong epoch,
        String reason,
        Optional<IpAddress> address) {

    static RoleView unknown(HostName node, Instant now) {
        return new RoleView(node, Role.UNKNOWN, Role.UNKNOWN, 0, now, OptionalLong.empty(), "", Optional.empty());
    }

    RoleView heard(RoleReading reading, Instant now) {
        return new RoleView(
                node,
                reading.role(),
                reading.role().isAnswer() ? reading.role() : told,
                reading.replicas(),
                reading.role() == role ? since : now,
                epoch,
                reading.reason(),
                reading.address().or(() -> address));
    }

    RoleView named(OptionalLong newest) {
        return new RoleView(node, role, told, replicas, since, newest, reason, address);
    }

    /** The same, of which it is no longer certain what it says. */
    RoleView doubted() {
        return new RoleView(node, Role.UNKNOWN, told, replicas, since, epoch, reason, address);
    }
}
