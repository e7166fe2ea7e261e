package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.model.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    private static final IpAddress A = new IpAddress("10.0.0.1");
    private static final IpAddress B = new IpAddress("10.0.0.2");

    private final List<String> entered = new ArrayList<>();

    @Test
    void noMoreThanItsLimitGoToOneAddressAndTheOthersWaitTheirTurn() {
        Gate gate = new Gate(100);
        arrive(gate, A, 2, "a1", "a2", "a3", "a4");
        assertThat(entered).containsExactly("a1", "a2");

        gate.leave(A);
        assertThat(entered).containsExactly("a1", "a2", "a3");
        gate.leave(A);
        gate.leave(A);
        assertThat(entered).containsExactly("a1", "a2", "a3", "a4");
        assertThat(gate.underWay()).isEqualTo(1);
    }

    @Test
    void whoWaitsForOneAddressHoldsUpNobodyWhoGoesToAnother() {
        Gate gate = new Gate(100);
        arrive(gate, A, 1, "a1", "a2");
        arrive(gate, B, 1, "b1");
        assertThat(entered).containsExactly("a1", "b1");
    }

    @Test
    void noMoreThanItsLimitAreUnderWayInAllAndAddressesTakeTurns() {
        Gate gate = new Gate(2);
        arrive(gate, A, 8, "a1", "a2", "a3", "a4");
        arrive(gate, B, 8, "b1", "b2");
        assertThat(entered).containsExactly("a1", "a2");

        gate.leave(A);
        gate.leave(A);
        assertThat(entered).containsExactly("a1", "a2", "a3", "b1");
        gate.leave(A);
        gate.leave(A);
        assertThat(entered).containsExactly("a1", "a2", "a3", "b1", "a4", "b2");
    }

    @Test
    void whoHasNoReasonToEnterAnyMoreTakesNobodysPlace() {
        Gate gate = new Gate(100);
        arrive(gate, A, 1, "a1");
        gate.arrive(A, 1, () -> false);
        arrive(gate, A, 1, "a2");

        gate.leave(A);
        assertThat(entered).containsExactly("a1", "a2");
        gate.leave(A);
        assertThat(gate.underWay()).isZero();
        assertThatThrownBy(() -> gate.leave(A)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest(name = "{0} at once")
    @ValueSource(ints = {1, 3, 10})
    void allEnterInTheEnd(int most) {
        Gate gate = new Gate(most);
        List<IpAddress> inside = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            IpAddress address = new IpAddress("10.0.0." + (1 + i % 7));
            gate.arrive(address, 1 + i % 3, () -> inside.add(address));
        }
        int left = 0;
        while (!inside.isEmpty()) {
            assertThat(gate.underWay()).isEqualTo(inside.size()).isLessThanOrEqualTo(most);
            gate.leave(inside.removeFirst());
            left++;
        }
        assertThat(left).isEqualTo(60);
    }

    private void arrive(Gate gate, IpAddress address, int limit, String... names) {
        for (String name : names) {
            gate.arrive(address, limit, () -> entered.add(name));
        }
    }
}
