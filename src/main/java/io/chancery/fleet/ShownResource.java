package io.chancery.fleet;

import io.chancery.manifest.Redaction;
import io.chancery.manifest.ResourceJson;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Resource;
import tools.jackson.databind.node.ObjectNode;

/**
 * A resource as people may see it.
 *
 * @param content protobuf JSON, without secrets
 */
public record ShownResource(String name, String version, Origin origin, ObjectNode content) {

    static ShownResource of(Resource resource) {
        return new ShownResource(
                resource.name(),
                resource.version(),
                resource.origin(),
                ResourceJson.write(Redaction.of(resource.message())));
    }
}
