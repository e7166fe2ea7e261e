package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeSelectorTest {

    private static final Node EDGE = new Node(
            "edge-7",
            "edge",
            new Locality("eu", "a", ""),
            Map.of("team", Map.of("name", "blue", "size", 3.0), "canary", true, "a.b", "c"));

    @Test
    void noConditionMatchesEveryNode() {
        assertThat(NodeSelector.EVERY.matches(EDGE)).isTrue();
        assertThat(NodeSelector.EVERY.isEvery()).isTrue();
        assertThat(ids("edge-7").isEvery()).isFalse();
    }

    @Test
    void anIdMatchesExactlyOrByItsBeginning() {
        assertThat(ids("edge-7").matches(EDGE)).isTrue();
        assertThat(ids("edge-").matches(EDGE)).isFalse();
        assertThat(ids("edge-*").matches(EDGE)).isTrue();
        assertThat(ids("*").matches(EDGE)).isTrue();
        assertThat(ids("edge-7*").matches(EDGE)).isTrue();
        assertThat(ids("edge-70*").matches(EDGE)).isFalse();
        assertThat(ids("x", "edge-*").matches(EDGE)).isTrue();
    }

    @Test
    void metadataIsFoundByItsPathAlsoWhereAKeyHasADot() {
        assertThat(metadata("team.name", "blue").matches(EDGE)).isTrue();
        assertThat(metadata("team.name", "red").matches(EDGE)).isFalse();
        assertThat(metadata("team.size", 3.0).matches(EDGE)).isTrue();
        assertThat(metadata("canary", true).matches(EDGE)).isTrue();
        assertThat(metadata("canary", "true").matches(EDGE)).isFalse();
        assertThat(metadata("a.b", "c").matches(EDGE)).isTrue();
        assertThat(metadata("team", "blue").matches(EDGE)).isFalse();
        assertThat(metadata("canary.name", "blue").matches(EDGE)).isFalse();
    }

    @Test
    void onlyTheGivenPartsOfALocalityCount() {
        assertThat(locality(new Locality("eu", "", "")).matches(EDGE)).isTrue();
        assertThat(locality(new Locality("eu", "a", "")).matches(EDGE)).isTrue();
        assertThat(locality(new Locality("eu", "b", "")).matches(EDGE)).isFalse();
        assertThat(locality(new Locality("eu", "a", "1")).matches(EDGE)).isFalse();
    }

    @Test
    void allConditionsMustHold() {
        NodeSelector both = new NodeSelector(List.of("edge-*"), List.of("other"), Map.of(), Locality.UNKNOWN);

        assertThat(both.matches(EDGE)).isFalse();
    }

    @Test
    void selectorsThatSayTheSameAreEqual() {
        assertThat(ids("b", "a", "b")).isEqualTo(ids("a", "b"));
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> ids("a*b")).hasMessage("id[0] must have * at its end only, for example edge-*");
        assertThatThrownBy(() -> ids("x", "")).hasMessageStartingWith("id[1] must have 1 to 256");
        assertThatThrownBy(() -> metadata("a", List.of())).hasMessageStartingWith("metadata.a must be a string");
    }

    @Test
    void aNodeKeepsACopyOfItsMetadata() {
        Map<String, Object> mutable = new HashMap<>(Map.of("a", "b"));
        Node node = new Node("n", "", Locality.UNKNOWN, mutable);
        mutable.put("c", "d");

        assertThat(node.metadata()).isEqualTo(Map.of("a", "b"));
        assertThatThrownBy(() -> new Node("n", "", Locality.UNKNOWN, Map.of("a", 1)))
                .hasMessageStartingWith("node.metadata must hold strings, numbers");
    }

    private static NodeSelector ids(String... ids) {
        return new NodeSelector(List.of(ids), List.of(), Map.of(), Locality.UNKNOWN);
    }

    private static NodeSelector metadata(String path, Object value) {
        return new NodeSelector(List.of(), List.of(), Map.of(path, value), Locality.UNKNOWN);
    }

    private static NodeSelector locality(Locality locality) {
        return new NodeSelector(List.of(), List.of(), Map.of(), locality);
    }
}
