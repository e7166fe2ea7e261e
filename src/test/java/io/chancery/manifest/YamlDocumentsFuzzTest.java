package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Good YAML, damaged at random: it is read or malformed, and what is read is written so that it is read as the same. */
class YamlDocumentsFuzzTest {

    private static final int TEXTS = 5_000;

    private static final String GOOD = """
            %YAML 1.2
            ---
            kind: Resource # a comment
            name: "a\\tb"
            base: &base {retries: 2, 'on': yes}
            one: {<<: *base, list: [1, -2.5, 1e3, ~, null, true]}
            text: |
              two
              lines
            folded: >-
              one
              line
            ? key
            : - a
              - b: !!str 5
            ---
            - 2026-01-01
            - 0x1F
            ...
            """;

    private static final String MORSELS =
            "{}[]:,-?&*!|>'\"%@`#\\\t\n ~<=0123456789abe.\u0000\u0085\u2028\uD83D\uDE00\uFEFF";

    static LongStream seeds() {
        return new SplittableRandom(0xFA11).longs(5);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damagedYamlIsReadOrMalformed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int read = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = damaged(random);
            switch (YamlDocuments.read(text)) {
                case YamlResult.Read(List<YamlDocument> documents) -> {
                    read++;
                    for (YamlDocument document : documents) {
                        assertThat(YamlDocuments.read(YamlDocuments.write(document.content())))
                                .as(text)
                                .isInstanceOfSatisfying(
                                        YamlResult.Read.class,
                                        again -> assertThat(again.documents())
                                                .singleElement()
                                                .extracting(YamlDocument::content)
                                                .isEqualTo(document.content()));
                    }
                }
                case YamlResult.Malformed(int line, int column, String reason) -> {
                    assertThat(line).as(text).isBetween(1, (int) text.lines().count() + 2);
                    assertThat(column).as(text).isPositive();
                    assertThat(reason).as(text).isNotEmpty();
                }
            }
        }
        assertThat(read).isBetween(TEXTS / 20, TEXTS);
    }

    private static String damaged(SplittableRandom random) {
        StringBuilder text = new StringBuilder(GOOD);
        for (int damages = random.nextInt(4); damages >= 0; damages--) {
            int at = random.nextInt(text.length());
            int end = Math.min(text.length(), at + random.nextInt(6));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(at, end);
                case 1 -> text.insert(at, text.substring(at, end));
                case 2 -> text.setCharAt(at, MORSELS.charAt(random.nextInt(MORSELS.length())));
                default -> text.insert(at, MORSELS.charAt(random.nextInt(MORSELS.length())));
            }
        }
        return text.toString();
    }
}
