package io.chancery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.EndpointId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LossWindowTest {

    private static final ServicePolicy HALF = new ServicePolicy(15, 50, Duration.ofMinutes(1));

    /** Of so many, so many are gone, and one more is to go. */
    @ParameterizedTest(name = "{1} of {0} are gone: one more is forbidden: {2}")
    @CsvSource({
        "10, 0, false",
        "10, 4, false",
        "10, 5, true",
        "4, 0, false",
        "4, 1, false",
        "4, 2, true",
        "3, 2, false",
        "1, 0, false"
    })
    void whatWouldLeaveLessThanTheShareIsForbidden(int endpoints, int gone, boolean forbidden) {
        LossWindow window = with(endpoints);
        for (int i = 0; i < gone; i++) {
            window = window.gone(1L);
        }

        assertThat(window.forbids(1, HALF)).isEqualTo(forbidden);
    }

    @Test
    void whatWentLongAgoDoesNotCount() {
        LossWindow window = with(10);
        for (int second = 0; second < 5; second++) {
            window = window.gone((long) second * 100);
        }

        assertThat(window.forbids(1, HALF)).isTrue();
        assertThat(window.since(350).forbids(1, HALF)).isFalse();
    }

    @Test
    void whatComesAndGoesDoesNotAddUp() {
        LossWindow window = with(5);
        for (int i = 0; i < 1_000; i++) {
            window = window.risen(new EndpointId("new-" + i), 1).gone(1L);
        }

        assertThat(window.peak()).isEqualTo(6);
        assertThat(window.forbids(1, HALF)).isFalse();
    }

    @Test
    void nothingIsForgottenWhileSomethingIsSuspected() {
        EndpointId ill = new EndpointId("ill");
        LossWindow window = with(4).risen(ill, 0).fallen(ill, 1).suspected(ill, 1);

        assertThat(window.since(1_000)).isEqualTo(window);
        assertThat(window.settled(ill).since(1_000).fallen()).isEmpty();
        assertThat(window.settled(ill).since(1_000).peak()).isEqualTo(4);
    }

    @Test
    void whoIsWellAgainHasNotFallen() {
        EndpointId ill = new EndpointId("ill");
        LossWindow window =
                with(4).risen(ill, 0).fallen(ill, 1).suspected(ill, 1).risen(ill, 2);

        assertThat(window.fallen()).isEmpty();
        assertThat(window.suspected()).isEmpty();
        assertThat(window.sound()).isEqualTo(5);
    }

    private static LossWindow with(int endpoints) {
        LossWindow window = LossWindow.EMPTY;
        for (int i = 0; i < endpoints; i++) {
            window = window.risen(new EndpointId("e" + i), 0);
        }
        return window;
    }
}
