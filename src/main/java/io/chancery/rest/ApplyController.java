package io.chancery.rest;

import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Many manifests as one change. */
@RestController
class ApplyController {

    static final String PATH = "/v1/apply";

    private final ManifestWriter writer;
    private final DocumentBodies bodies;

    ApplyController(ManifestWriter writer, DocumentBodies bodies) {
        this.writer = writer;
        this.bodies = bodies;
    }

    /** Makes all that the documents ask for true, or nothing of it. */
    @PostMapping(
            path = PATH,
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                DocumentBodies.YAML,
                DocumentBodies.X_YAML,
                DocumentBodies.TEXT_YAML
            },
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = Problem.TRANSACTION_TOO_LARGE)
    ChangeAnswer apply(
            @Parameter(hidden = true) ChangeWish wish,
            @Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType type,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            array =
                                                    @ArraySchema(
                                                            schema = @Schema(implementation = ManifestDocument.class))))
                    @RequestBody
                    byte[] body) {
        return writer.apply(read(bodies.several(body, type)), wish);
    }

    /** Reads until there are as many faults as are given at most. */
    private static List<DocumentResult> read(List<JsonNode> documents) {
        List<DocumentResult> results = new ArrayList<>();
        int faults = 0;
        for (int i = 0; i < documents.size() && faults < Documents.MAX_FAULTS; i++) {
            DocumentResult result = Documents.read(i, documents.get(i));
            faults += switch (result) {
                case DocumentResult.Read _ -> 0;
                case DocumentResult.Faulty(List<Fault> own) -> own.size();
            };
            results.add(result);
        }
        return results;
    }
}
