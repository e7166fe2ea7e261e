package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSequencesTest {

    @ParameterizedTest(name = "{0} in {1}: {2}")
    @CsvSource({
        "+PONG, +PONG, true",
        "+PONG, x+PONG, true",
        "+PONG, ++PONG, true",
        "aab, aaab, true",
        "abab, abaabab, true",
        "abab, abaaba, false",
        "a b, xaxbx, true",
        "a b, xbxax, false",
        "aa aa, aaa, false",
        "aa aa, aaaa, true",
        "'', anything, true"
    })
    void eachIsSoughtAfterTheEndOfTheOneBefore(String sequences, String bytes, boolean found) {
        assertThat(isFound(
                        Stream.of(sequences.split(" "))
                                .filter(s -> !s.isEmpty())
                                .toList(),
                        bytes))
                .isEqualTo(found);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itFindsWhatASearchInTheWholeTextFinds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 2_000; i++) {
            List<String> sequences = Stream.generate(() -> word(random, 1 + random.nextInt(4)))
                    .limit(1 + random.nextInt(3))
                    .toList();
            String text = word(random, random.nextInt(20));
            assertThat(isFound(sequences, text)).as("%s in %s", sequences, text).isEqualTo(expected(sequences, text));
        }
    }

    @Test
    void whatComesAfterTheLastOneChangesNothing() {
        ByteSequences.Search search = new ByteSequences(List.of("a".getBytes(StandardCharsets.US_ASCII))).search();
        search.feed((byte) 'a');
        search.feed((byte) 'b');
        assertThat(search.isOver()).isTrue();
    }

    private static boolean expected(List<String> sequences, String text) {
        int from = 0;
        for (String sequence : sequences) {
            int at = text.indexOf(sequence, from);
            if (at < 0) {
                return false;
            }
            from = at + sequence.length();
        }
        return true;
    }

    private static String word(SplittableRandom random, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            word.append(random.nextBoolean() ? 'a' : 'b');
        }
        return word.toString();
    }

    private static boolean isFound(List<String> sequences, String text) {
        ByteSequences.Search search = new ByteSequences(sequences.stream()
                        .map(sequence -> sequence.getBytes(StandardCharsets.US_ASCII))
                        .toList())
                .search();
        for (byte next : text.getBytes(StandardCharsets.US_ASCII)) {
            search.feed(next);
        }
        return search.isOver();
    }
}
