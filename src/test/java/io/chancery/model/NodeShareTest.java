package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeShareTest {

    private static final List<Node> NODES = IntStream.range(0, 10_000)
            .mapToObj(i -> node("edge-" + i + ".example.com"))
            .toList();

    private static Node node(String id) {
        return new Node(id, "", Locality.UNKNOWN, Map.of());
    }

    private static List<Node> chosen(String salt, int percent) {
        NodeShare share = new NodeShare(salt, percent);
        return NODES.stream().filter(share::includes).toList();
    }

    @ParameterizedTest(name = "salt \"{0}\"")
    @ValueSource(strings = {"", "0a12:", "zzz3:", "1f010000:"})
    void aTenthIsAboutATenthOfTheNodes(String salt) {
        assertThat(chosen(salt, 10)).hasSizeBetween(800, 1_200);
    }

    @Test
    void whoIsInASmallShareIsInEveryGreaterOne() {
        for (int percent = 1; percent <= 100; percent++) {
            NodeShare share = new NodeShare("7:", percent);
            assertThat(chosen("7:", percent - 1)).allMatch(share::includes);
        }
    }

    @Test
    void nothingIsNobodyAndTheWholeIsAll() {
        assertThat(chosen("7:", 0)).isEmpty();
        assertThat(chosen("7:", 100)).isEqualTo(NODES);
    }

    @Test
    void whatElseANodeSaysOfItselfDoesNotCount() {
        NodeShare half = new NodeShare("7:", 50);

        for (Node node : NODES.subList(0, 100)) {
            Node other = new Node(node.id(), "edges", new Locality("eu", "a", ""), Map.of("team", "blue"));
            assertThat(half.includes(other)).isEqualTo(half.includes(node));
        }
    }

    @Test
    void anotherSaltBeginsWithOthers() {
        assertThat(chosen("7:", 10)).isNotEqualTo(chosen("8:", 10));
        assertThat(chosen("7:", 10).stream().filter(new NodeShare("8:", 10)::includes))
                .as("no more in common than chance has it")
                .hasSizeLessThan(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 101})
    void aPercentageIsZeroToAHundred(int percent) {
        assertThatThrownBy(() -> new NodeShare("", percent))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("0..100");
    }
}
