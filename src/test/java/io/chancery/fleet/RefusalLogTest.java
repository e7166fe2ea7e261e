package io.chancery.fleet;

import static io.chancery.fleet.TestingVersions.cluster;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalLogTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();

    private final RefusalLog log = new RefusalLog();

    @Test
    void aRefusalIsNewOnceAndThenCounted() {
        assertThat(log.add("n", CDS, List.of(cluster("a", 1)), "first", Instant.ofEpochSecond(1)))
                .isTrue();
        assertThat(log.add("n", CDS, List.of(cluster("a", 1)), "then\n", Instant.ofEpochSecond(2)))
                .isFalse();
        assertThat(log.add("n", CDS, List.of(cluster("a", 1), cluster("a", 2)), "more", Instant.ofEpochSecond(3)))
                .isTrue();
        assertThat(log.add("m", CDS, List.of(cluster("a", 1)), "first", Instant.ofEpochSecond(4)))
                .isTrue();

        Refusal first = log.of("n").getLast();
        assertThat(log.of("n")).hasSize(2);
        assertThat(first.version()).isEqualTo(cluster("a", 1).version());
        assertThat(first.count()).isEqualTo(3);
        assertThat(first.first()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(first.last()).isEqualTo(Instant.ofEpochSecond(3));
        assertThat(first.message()).isEqualTo("more");
        assertThat(first.origin().orElseThrow().author()).isEqualTo("ada");
    }

    @Test
    void aRefusalOfNothingNewIsKeptToo() {
        assertThat(log.add("n", "type.example/Other\r", List.of(), "no", Instant.EPOCH))
                .isTrue();
        assertThat(log.add("n", "type.example/Other\r", List.of(), "no", Instant.EPOCH))
                .isFalse();

        assertThat(log.of("n").getFirst().type()).isEqualTo("type.example/Other?");
    }

    @Test
    void whatWasRefusedSinceATimeIsFoundTheLastFirst() {
        log.add("old", CDS, List.of(cluster("a", 1)), "no", Instant.ofEpochSecond(1));
        log.add("n", CDS, List.of(cluster("a", 1)), "no", Instant.ofEpochSecond(2));
        log.add("m", CDS, List.of(cluster("a", 1)), "no", Instant.ofEpochSecond(5));
        log.add("n", CDS, List.of(cluster("b", 1)), "no", Instant.ofEpochSecond(6));
        log.add("n", CDS, List.of(cluster("c", 1)), "no", Instant.ofEpochSecond(7));

        assertThat(log.since(Instant.ofEpochSecond(5)).sequencedKeySet()).containsExactly("n", "m");
        assertThat(log.since(Instant.ofEpochSecond(5)).get("n"))
                .extracting(Refusal::name)
                .containsExactly("c", "b");
        assertThat(log.since(Instant.ofEpochSecond(8))).isEmpty();
        assertThat(log.since(Instant.EPOCH)).hasSize(3);
    }

    @Test
    void whatIsOldIsForgotten() {
        for (int i = 1; i <= RefusalLog.MAX_OF_A_NODE + 5; i++) {
            log.add("n", CDS, List.of(cluster("a", i)), "no", Instant.EPOCH);
        }
        for (int i = 0; i < RefusalLog.MAX_NODES; i++) {
            log.add("m" + i, CDS, List.of(cluster("a", 1)), "no", Instant.EPOCH);
        }

        assertThat(log.of("n")).isEmpty();
        assertThat(log.of("m0")).hasSize(1);
        for (int i = 0; i < RefusalLog.MAX_OF_A_NODE + 5; i++) {
            log.add("m1", CDS, List.of(cluster("a", i + 1)), "no", Instant.EPOCH);
        }
        assertThat(log.of("m1")).hasSize(RefusalLog.MAX_OF_A_NODE);
        assertThat(log.of("m1").getFirst().version())
                .isEqualTo(cluster("a", RefusalLog.MAX_OF_A_NODE + 5).version());
    }
}
