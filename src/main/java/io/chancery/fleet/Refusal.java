package io.chancery.fleet;

import io.chancery.snapshot.Origin;
import java.time.Instant;
import java.util.Optional;

/**
 * What one node said to one version of a resource.
 *
 * @param type the type's short name, or its URL where the type is not served
 * @param name of the resource; empty where the refused response had none that was new to the node
 * @param version of the resource, empty likewise
 * @param message the node's words at the last refusal, cut and without control characters
 * @param origin the change that made the version, where there is a resource
 * @param count how often it refused it
 */
public record Refusal(
        String type,
        String name,
        String version,
        String message,
        Optional<Origin> origin,
        int count,
        Instant first,
        Instant last) {

    Refusal again(String words, Instant time) {
        return new Refusal(type, name, version, words, origin, count + 1, first, time);
    }
}
