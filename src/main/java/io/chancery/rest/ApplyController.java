package io.chancery.rest;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.model.InvalidValueException;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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

    ApplyController(ManifestWriter writer) {
        this.writer = writer;
    }

    /** Makes all that the documents ask for true, or nothing of it. */
    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE, produces = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.MALFORMED_BODY,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.BODY_TOO_LARGE,
                Problem.TRANSACTION_TOO_LARGE,
                Problem.UNSUPPORTED_MEDIA_TYPE,
                Problem.STORE_UNAVAILABLE
            })
    ApplyAnswer apply(
            @RequestHeader(name = ManifestWriter.AUTHOR, required = false) @Nullable String author,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content =
                                    @Content(
                                            array =
                                                    @ArraySchema(
                                                            schema = @Schema(implementation = ManifestDocument.class))))
                    @RequestBody
                    JsonNode documents) {
        if (!documents.isArray() || documents.isEmpty()) {
            throw new InvalidValueException("body", "must be a list of at least one manifest");
        }
        List<Change> changes = new ArrayList<>(documents.size());
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < documents.size() && faults.size() < Documents.MAX_FAULTS; i++) {
            switch (Documents.read(i, documents.get(i))) {
                case DocumentResult.Read(Change change) -> changes.add(change);
                case DocumentResult.Faulty(List<Fault> own) -> faults.addAll(own);
            }
        }
        if (!faults.isEmpty()) {
            throw ManifestWriter.faultyList(faults.subList(0, Math.min(faults.size(), Documents.MAX_FAULTS)));
        }
        return writer.apply(changes, author);
    }
}
