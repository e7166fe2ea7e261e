package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseWheelTest {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aLeaseIsFoundOnceItIsOverdueAndAtMostATickLater() {
        LeaseWheel wheel = new LeaseWheel(TICK, 0);
        HeldLease lease = lease("a", 1_000, 0);
        wheel.add(lease);

        assertThat(wheel.overdue(SECOND - 1)).isEmpty();
        assertThat(wheel.overdue(SECOND + TICK)).containsExactly(lease);
        assertThat(wheel.overdue(SECOND * 100)).isEmpty();
    }

    @Test
    void aRenewedLeaseIsFoundWhenItEndsByThen() {
        LeaseWheel wheel = new LeaseWheel(TICK, 0);
        HeldLease lease = lease("a", 1_000, 0);
        wheel.add(lease);
        lease.renew(SECOND / 2);

        assertThat(wheel.overdue(SECOND + TICK)).isEmpty();
        assertThat(wheel.overdue(SECOND + SECOND / 2 + TICK)).containsExactly(lease);
    }

    @Test
    void aLeaseBeyondTheHorizonIsFoundInTime() {
        LeaseWheel wheel = new LeaseWheel(TICK, 0);
        HeldLease lease = lease("a", 3_600_000, 0);
        wheel.add(lease);

        assertThat(wheel.overdue(3_599 * SECOND)).isEmpty();
        assertThat(wheel.overdue(3_601 * SECOND)).containsExactly(lease);
    }

    @Test
    void aReleasedLeaseIsNotFound() {
        LeaseWheel wheel = new LeaseWheel(TICK, 0);
        HeldLease lease = lease("a", 1_000, 0);
        wheel.add(lease);
        lease.release();

        assertThat(wheel.overdue(10 * SECOND)).isEmpty();
    }

    /** Random terms and renewals, against looking at every lease at every step. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyLeaseIsFoundNeitherEarlyNorLate(long seed) {
        Random random = new Random(seed);
        long start = random.nextLong(Long.MAX_VALUE / 4);
        LeaseWheel wheel = new LeaseWheel(TICK, start);
        Set<HeldLease> held = new HashSet<>();
        long now = start;
        for (int step = 0; step < 2_000; step++) {
            now += random.nextLong(2 * TICK);
            if (random.nextInt(3) == 0) {
                HeldLease fresh = lease("e" + step, 1_000 + random.nextInt(300_000), now);
                held.add(fresh);
                wheel.add(fresh);
            }
            for (HeldLease lease : List.copyOf(held)) {
                if (random.nextInt(200) == 0 && !lease.isOverdue(now)) {
                    lease.renew(now);
                }
            }
            List<HeldLease> found = new ArrayList<>(wheel.overdue(now));

            long at = now;
            assertThat(found).allMatch(lease -> lease.isOverdue(at));
            found.forEach(held::remove);
            assertThat(held).noneMatch(lease -> lease.isOverdue(at - 2 * TICK));
        }
    }

    private static HeldLease lease(String id, long ttlMillis, long now) {
        return new HeldLease(new EndpointKey(new ServiceName("cart"), new EndpointId(id)), ttlMillis, now);
    }
}
