package io.chancery.fleet;

import static io.chancery.fleet.TestingVersions.cluster;
import static io.chancery.fleet.TestingVersions.routes;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.EnvoySince;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Quarantine.ResourceName;
import io.chancery.snapshot.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptedVersionsTest {

    private final AcceptedVersions accepted = new AcceptedVersions();

    @Test
    void ofEachSourceTheLastTwoAreKnown() {
        for (int i = 1; i <= 5; i++) {
            accepted.accepted(List.of(cluster("a", i), cluster("a", i, "Resource/b")));
        }

        assertThat(accepted.has(cluster("a", 5))).isTrue();
        assertThat(accepted.has(cluster("a", 4))).isTrue();
        assertThat(accepted.has(cluster("a", 3))).isFalse();
        assertThat(accepted.lastBeside(cluster("a", 5), _ -> true)).contains(cluster("a", 4));
    }

    @Test
    void aVersionThatIsDeclaredAgainIsTheLatest() {
        Resource again = cluster("a", 1);
        accepted.accepted(List.of(again, cluster("a", 2)));

        accepted.accepted(List.of(TestingVersions.at(again, 3)));

        assertThat(accepted.lastBeside(cluster("a", 9), _ -> true)).contains(again);
        assertThat(accepted.lastBeside(again, _ -> true)).contains(cluster("a", 2));
    }

    @Test
    void aVersionThatComesBackWithoutAnotherRevisionIsTheLatest() {
        Resource first = TestingVersions.at(cluster("a", 1), 7);
        Resource second = TestingVersions.at(cluster("a", 2), 7);
        accepted.accepted(List.of(first, second, first));

        assertThat(accepted.lastBeside(cluster("a", 9), _ -> true)).contains(first);
    }

    @Test
    void whatOnlyNewerNodesUnderstandStandsInForWhatTheyHaveAndForNothingElse() {
        EnvoySince since = new EnvoySince(1, 36);
        Resource older = cluster("a", 1);
        Resource newer = TestingVersions.since(cluster("a", 5), since);
        accepted.accepted(List.of(older, newer, TestingVersions.since(cluster("a", 6), since), cluster("a", 2)));

        assertThat(accepted.lastBeside(cluster("a", 3), _ -> true)).contains(cluster("a", 2));
        assertThat(accepted.lastBeside(cluster("a", 2), _ -> true)).contains(older);
        assertThat(accepted.lastBeside(TestingVersions.since(cluster("a", 6), since), _ -> true))
                .contains(newer);
        assertThat(accepted.lastBeside(newer, one -> one.origin().since().isEmpty()))
                .contains(cluster("a", 2));
    }

    @Test
    void companionsAreWhatIsMissingAndWasAccepted() {
        accepted.accepted(List.of(cluster("old", 1), cluster("old", 2), routes("old", 1)));

        assertThat(accepted.companions(List.of(routes("old", 1)), _ -> true, _ -> true))
                .containsExactly(cluster("old", 2));
        assertThat(accepted.companions(List.of(routes("old", 1)), _ -> true, one -> !one.equals(cluster("old", 2))))
                .containsExactly(cluster("old", 1));
        assertThat(accepted.companions(List.of(routes("old", 1)), _ -> false, _ -> true))
                .isEmpty();
        assertThat(accepted.companions(List.of(routes("never", 1)), _ -> true, _ -> true))
                .isEmpty();
    }

    @Test
    void whatIsGoneLongestIsForgottenFirstAndWhatIsThereAgainIsNot() {
        accepted.accepted(List.of(cluster("back", 1)));
        accepted.gone(name("back"));
        for (int i = 0; i <= AcceptedVersions.MAX_GONE; i++) {
            accepted.accepted(List.of(cluster("a" + i, 1)));
            if (i == 1) {
                accepted.there(name("back"));
            }
            accepted.gone(name("a" + i));
        }

        assertThat(accepted.has(cluster("back", 1))).isTrue();
        assertThat(accepted.has(cluster("a0", 1))).isFalse();
        assertThat(accepted.has(cluster("a1", 1))).isTrue();
    }

    private static ResourceName name(String cluster) {
        return new ResourceName(ResourceType.CLUSTER, cluster);
    }
}
