package io.chancery.preview;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvoyWordsTest {

    @Test
    void secretsAreHiddenLineByLineAndAsProtobufWritesThem() {
        EnvoyWords words =
                new EnvoyWords(List.of("-----BEGIN-----\nabcdef\nghijkl\n", "pass\"word", "longer pass\"word"));

        assertThat(words.shown("key: \"-----BEGIN-----\\nabcdef\\nghijkl\" or pass\\\"word or longer pass\"word"))
                .isEqualTo("key: \"[redacted]\\n[redacted]\\n[redacted]\" or [redacted] or [redacted]");
    }

    @Test
    void whereTheConfigurationLayIsHidden() {
        assertThat(new EnvoyWords(List.of()).without("/tmp/x1").shown("configuration '/tmp/x1/bootstrap.pb' OK"))
                .isEqualTo("configuration 'bootstrap.pb' OK");
    }

    @Test
    void controlCharactersAndEmptyLinesGo() {
        assertThat(new EnvoyWords(List.of()).shown("a\u0007b\n\n\tc\r\n")).isEqualTo("a?b\n?c");
    }

    @Test
    void aFloodIsReadToItsEndAndCut() throws IOException {
        byte[] flood = "x".repeat(99).concat("\n").repeat(100_000).getBytes(StandardCharsets.UTF_8);
        ByteArrayInputStream all = new ByteArrayInputStream(flood);

        assertThat(new EnvoyWords(List.of()).read(all)).hasSizeLessThan(9_000).endsWith("…");
        assertThat(all.available()).isZero();
    }

    @Test
    void aSecretThatTheCutGoesThroughIsNotShown() throws IOException {
        String flood = "\n".repeat((64 << 10) - 10) + "SECRET-OF-SOME-LENGTH\n";

        assertThat(new EnvoyWords(List.of("SECRET-OF-SOME-LENGTH"))
                        .read(new ByteArrayInputStream(flood.getBytes(StandardCharsets.UTF_8))))
                .isEmpty();
    }
}
