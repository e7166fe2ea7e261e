package io.chancery.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.registry.Precondition;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** What a change leads to must be a policy, or nobody could promote it. */
class RolloutTargetTest {

    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"size\": 1} | spec.rollout.to.size | must be at least as many endpoints as are pinned for a",
                "{\"shards\": 16384} | spec.rollout.to.shards | must be at most 262144 divided by",
                "{\"shards\": 16384, \"size\": 16} | spec.rollout.to.shards | must be at most 262144 divided by",
                "{\"hosts\": [\"x\", \"x\"]} | spec.rollout.to.hosts | must not have an entry twice",
                "{\"hosts\": [\"a b\"]} | spec.rollout.to.hosts[0] | must"
            })
    void whatWouldBeNoPolicyIsRefusedAtOnce(String to, String field, String reason) {
        String document = """
                {"spec": {"customer": {"header": "x-customer-id"}, "classes": {"gold": 15},
                          "customers": {"a": {"pin": ["x", "y"]}},
                          "rollout": {"to": %s, "steps": {"percent": 10}}}}""".formatted(to);

        DocumentResult read = Documents.read(TestingPolicies.ORDERS, JSON.readTree(document), Precondition.NONE);

        assertThat(read).isInstanceOfSatisfying(DocumentResult.Faulty.class, faulty -> {
            List<Fault> faults = faulty.faults();
            assertThat(faults).hasSize(1);
            assertThat(faults.getFirst().path()).isEqualTo(field);
            assertThat(faults.getFirst().reason()).startsWith(reason);
        });
    }
}
