package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void aNameIsFoundAsAWordOnly() {
        assertThat(Texts.mentions("Error adding cluster(s) cart: no such thing", "cart"))
                .isTrue();
        assertThat(Texts.mentions("Error adding cluster(s) cart-2: no such thing", "cart"))
                .isFalse();
        assertThat(Texts.mentions("cart-2, cart", "cart")).isTrue();
    }

    @Test
    void noTextMentionsTheEmptyName() {
        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertThat(Texts.mentions("any text", "")).isFalse());
    }

    @Test
    void ofALongReasonTheBeginningCounts() {
        assertThat(Texts.reason("no")).isEqualTo("no");
        assertThat(Texts.reason("no".repeat(1 << 20))).hasSize(16 << 10).startsWith("nono");
    }
}
