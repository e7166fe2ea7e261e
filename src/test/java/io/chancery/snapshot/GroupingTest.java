package io.chancery.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.NodeSelector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GroupingTest {

    private static final NodeSelector EDGE = new NodeSelector(List.of("edge-*"), List.of(), Map.of(), Locality.UNKNOWN);
    private static final NodeSelector BLUE =
            new NodeSelector(List.of(), List.of(), Map.of("team", "blue"), Locality.UNKNOWN);

    private final Grouping grouping = new Grouping(Set.of(EDGE, BLUE), false);

    @Test
    void nodesThatMatchTheSameSelectorsAreOneGroup() {
        assertThat(grouping.of(client("edge-1", "red"))).isEqualTo(grouping.of(client("edge-2", "green")));
        assertThat(grouping.of(client("edge-1", "blue"))).isNotEqualTo(grouping.of(client("edge-1", "red")));
        assertThat(grouping.of(client("core-1", "red")).selectors()).isEmpty();
    }

    @Test
    void aGroupIncludesWhatIsForEveryNodeAndWhatItsSelectorsAreFor() {
        NodeGroup group = grouping.of(client("edge-1", "red"));

        assertThat(group.includes(NodeSelector.EVERY)).isTrue();
        assertThat(group.includes(EDGE)).isTrue();
        assertThat(group.includes(BLUE)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(EndpointForm.class)
    void theFormOfEndpointsMakesAGroupOnlyWhileThereAreLargeServices(EndpointForm form) {
        SnapshotClient client = new SnapshotClient(client("edge-1", "red").node(), form);

        assertThat(grouping.of(client).form()).isEqualTo(EndpointForm.PLAIN);
        assertThat(new Grouping(Set.of(), true).of(client).form()).isEqualTo(form);
    }

    private static SnapshotClient client(String id, String team) {
        return new SnapshotClient(new Node(id, "", Locality.UNKNOWN, Map.of("team", team)), EndpointForm.PLAIN);
    }
}
