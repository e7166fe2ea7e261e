package io.chancery.rollout;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.registry.Precondition;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Policies as operators write them. */
final class TestingPolicies {

    static final ManifestKey ORDERS = new ManifestKey(ManifestKind.SHUFFLE_SHARD, "orders");

    /** To 10, 50 and 100 percent, for a minute each. */
    static final String ROLLOUT = """
            {"to": {"size": 3},
             "steps": [{"percent": 10, "hold": "1m"}, {"percent": 50, "hold": "1m"}, {"percent": 100, "hold": "1m"}]%s}""";

    private static final JsonMapper JSON = new JsonMapper();

    private TestingPolicies() {}

    /** A policy of shards of two, with more fields. */
    static ShuffleShard policy(String... more) {
        return (ShuffleShard) manifest(more).spec();
    }

    /** One with a rollout, that has more fields. */
    static ShuffleShard rollingOut(String... more) {
        String rest = more.length == 0 ? "" : ", " + String.join(", ", more);
        return policy("\"rollout\": " + ROLLOUT.formatted(rest));
    }

    static ShardRollout rollout(ShuffleShard policy) {
        return policy.rollout().orElseThrow();
    }

    static Manifest manifest(String... more) {
        String rest = more.length == 0 ? "" : ", " + String.join(", ", more);
        JsonNode document = JSON.readTree(
                "{\"spec\": {\"customer\": {\"header\": \"x-customer-id\"}, \"size\": 2%s}}".formatted(rest));
        if (Documents.read(ORDERS, document, Precondition.NONE)
                instanceof DocumentResult.Read(Change.Put(Manifest manifest, Precondition _))) {
            return manifest;
        }
        throw new AssertionError(Documents.read(ORDERS, document, Precondition.NONE));
    }

    static List<Change> put(Manifest manifest) {
        return List.of(new Change.Put(manifest, Precondition.NONE));
    }
}
