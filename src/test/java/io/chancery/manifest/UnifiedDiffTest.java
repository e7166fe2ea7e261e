package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.patch.PatchFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnifiedDiffTest {

    @Test
    void aChangeIsShownWithWhatIsAroundIt() {
        assertThat(UnifiedDiff.of(
                        "x", Optional.of("a\nb\nc\nd\ne\nf\ng\nh\n"), Optional.of("a\nb\nc\nd\nX\nf\ng\nh\n")))
                .isEqualTo("""
                        --- x
                        +++ x
                        @@ -2,7 +2,7 @@
                         b
                         c
                         d
                        -e
                        +X
                         f
                         g
                         h
                        """);
    }

    @Test
    void whatComesAndGoesIsShownAgainstNothing() {
        assertThat(UnifiedDiff.of("x", Optional.empty(), Optional.of("a\nb\n")))
                .isEqualTo("--- /dev/null\n+++ x\n@@ -0,0 +1,2 @@\n+a\n+b\n");
        assertThat(UnifiedDiff.of("x", Optional.of("a\n"), Optional.empty()))
                .isEqualTo("--- x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
        assertThat(UnifiedDiff.of("x", Optional.of("a\n"), Optional.of("a\n"))).isEmpty();
    }

    static LongStream seeds() {
        return new SplittableRandom(0xD1FF).longs(60);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whoFollowsItComesFromOneTextToTheOther(long seed) throws PatchFailedException {
        Random random = new Random(seed);
        List<String> before = lines(random, random.nextInt(40));
        List<String> after = new ArrayList<>(before);
        for (int i = random.nextInt(8); i >= 0; i--) {
            int at = random.nextInt(after.size() + 1);
            switch (random.nextInt(3)) {
                case 0 -> after.addAll(at, lines(random, random.nextInt(4)));
                case 1 -> after.subList(at, Math.min(after.size(), at + 2)).clear();
                default -> Collections.swap(after, at % Math.max(1, after.size()), 0);
            }
            if (after.isEmpty()) {
                after.add("only");
            }
        }

        assertFollows(before, after);
    }

    @Test
    void veryDifferentTextsTakeNoTime() {
        List<String> before = IntStream.range(0, 200_000).mapToObj(i -> "a" + i).toList();
        List<String> after = IntStream.range(0, 200_000).mapToObj(i -> "b" + i).toList();

        assertTimeout(Duration.ofSeconds(20), () -> assertFollows(before, after));
    }

    @Test
    void aSmallChangeOfALargeTextStaysSmall() throws PatchFailedException {
        List<String> before = IntStream.range(0, 9_000).mapToObj(i -> "a" + i).toList();
        List<String> after = new ArrayList<>(before);
        after.set(10, "x");
        after.set(8_990, "y");

        assertThat(assertFollows(before, after)).hasLineCount(2 + 2 * 9);
    }

    private static String assertFollows(List<String> before, List<String> after) throws PatchFailedException {
        String diff = UnifiedDiff.of("x", Optional.of(text(before)), Optional.of(text(after)));
        if (before.equals(after)) {
            assertThat(diff).isEmpty();
        } else {
            assertThat(UnifiedDiffUtils.parseUnifiedDiff(diff.lines().toList()).applyTo(before))
                    .isEqualTo(after);
        }
        return diff;
    }

    private static String text(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static List<String> lines(Random random, int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i <= count; i++) {
            lines.add("line " + random.nextInt(12));
        }
        return lines;
    }
}
