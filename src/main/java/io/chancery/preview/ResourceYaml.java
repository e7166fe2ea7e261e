package io.chancery.preview;

import io.chancery.manifest.CanonicalYaml;
import io.chancery.manifest.Redaction;
import io.chancery.manifest.ResourceJson;
import io.chancery.manifest.UnifiedDiff;
import io.chancery.snapshot.Resource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** Differences of resources for people, as long as there is room for them. Not safe for use by several threads. */
final class ResourceYaml {

    private static final int MAX_CHARACTERS = 4_000_000;

    private final Map<Pair, Optional<String>> known = new HashMap<>();
    private int left = MAX_CHARACTERS;

    /** By their versions. */
    private record Pair(String before, String after) {}

    /** Returns the difference, an empty text where only secrets differ, or nothing where there is no more room. */
    Optional<String> diff(Resource before, Resource after) {
        Pair pair = new Pair(before.version(), after.version());
        Optional<String> diff =
                known.computeIfAbsent(pair, _ -> left > 0 ? Optional.of(unified(before, after)) : Optional.empty());
        // What several groups share is written for each of them.
        left -= diff.map(String::length).orElse(0);
        return left >= 0 ? diff : Optional.empty();
    }

    private static String unified(Resource before, Resource after) {
        return UnifiedDiff.of(
                before.type().shortName() + '/' + before.name(), Optional.of(yaml(before)), Optional.of(yaml(after)));
    }

    private static String yaml(Resource resource) {
        ObjectNode json = ResourceJson.write(Redaction.of(resource.abridged()));
        resource.ttl().ifPresent(ttl -> json.put("ttl", ttl.toString()));
        return CanonicalYaml.of(json);
    }
}
