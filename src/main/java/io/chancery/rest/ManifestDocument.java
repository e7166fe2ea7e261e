package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A manifest as the API shows it, without its secrets; sent back with PUT it is accepted and changes nothing.
 *
 * @param revision the revision at which it was last changed
 * @param time when that was
 * @param author who did it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ManifestDocument(
        String kind,
        String name,
        @Schema(type = "object") @Nullable JsonNode nodes,
        @Schema(type = "object") @Nullable JsonNode labels,
        @Schema(type = "string") @Nullable JsonNode ttl,

        @Schema(ref = "#/components/schemas/" + SpecSchemas.SPEC)
        JsonNode spec,

        long revision,
        String time,
        String author) {

    static ManifestDocument of(DeclaredManifest declared) {
        ObjectNode document = Documents.redacted(declared.manifest());
        return new ManifestDocument(
                declared.manifest().key().kind().spelling(),
                declared.manifest().key().name(),
                document.get("nodes"),
                document.get("labels"),
                document.get("ttl"),
                document.get("spec"),
                declared.revision().value(),
                declared.time().toString(),
                declared.author());
    }
}
