package io.chancery.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Locality;
import io.chancery.model.Node;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttendanceTest {

    private Instant now = Instant.ofEpochSecond(1);
    private final Attendance attendance = new Attendance(() -> now);

    private static Node node(String id, String cluster) {
        return new Node(id, cluster, Locality.UNKNOWN, Map.of("team", "blue"));
    }

    @Test
    void aNodeIsThereUntilItsLastStreamEnds() {
        attendance.opened(node("a", "x"), Optional.empty());
        now = Instant.ofEpochSecond(2);
        attendance.opened(node("a", "x"), Optional.empty());
        attendance.described(node("a", "y"));
        attendance.closed(node("a", "y"));
        assertThat(attendance.of("a").orElseThrow().isConnected()).isTrue();
        assertThat(attendance.connectedCount()).isEqualTo(1);

        now = Instant.ofEpochSecond(3);
        attendance.closed(node("a", "y"));

        Presence left = attendance.of("a").orElseThrow();
        assertThat(left.since()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(left.left()).contains(Instant.ofEpochSecond(3));
        assertThat(left.node().cluster()).isEqualTo("y");
        assertThat(left.node().metadata()).isEmpty();
        assertThat(attendance.connectedCount()).isZero();
    }

    @Test
    void oneThatReturnsIsNotAmongThoseThatLeft() {
        attendance.opened(node("a", "x"), Optional.empty());
        attendance.closed(node("a", "x"));
        now = Instant.ofEpochSecond(5);
        attendance.opened(node("a", "x"), Optional.empty());

        assertThat(attendance.all()).hasSize(1);
        assertThat(attendance.of("a").orElseThrow().since()).isEqualTo(Instant.ofEpochSecond(5));
        assertThat(attendance.of("a").orElseThrow().isConnected()).isTrue();
    }

    @Test
    void theLastThatLeftAreRemembered() {
        for (int i = 0; i <= Attendance.MAX_LEFT; i++) {
            attendance.opened(node("n" + i, ""), Optional.empty());
            attendance.closed(node("n" + i, ""));
        }

        assertThat(attendance.all()).hasSize(Attendance.MAX_LEFT);
        assertThat(attendance.of("n0")).isEmpty();
        assertThat(attendance.of("n1")).isPresent();
    }

    @Test
    void anEndWithoutABeginningIsNothing() {
        attendance.closed(node("a", ""));

        assertThat(attendance.of("a")).isEmpty();
    }
}
