package io.chancery.rest;

import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.rest.RuntimeAnswers.KeyDocument;
import io.chancery.rest.RuntimeAnswers.LayerChange;
import io.chancery.rest.RuntimeAnswers.LayerDocument;
import io.chancery.rest.RuntimeAnswers.LayerPage;
import io.chancery.rest.RuntimeAnswers.LayerSummary;
import io.chancery.rest.RuntimeWriter.Within;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Runtime layers by their keys: another view of the manifests of the kind RuntimeLayer. */
@RestController
@RequestMapping(path = "/v1/runtime", produces = MediaType.APPLICATION_JSON_VALUE)
class RuntimeController {

    private static final String VALUE = "value";

    private final ManifestRegistry registry;
    private final RuntimeWriter writer;

    RuntimeController(ManifestRegistry registry, RuntimeWriter writer) {
        this.registry = registry;
        this.writer = writer;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = Problem.INVALID_VALUE)
    ResponseEntity<LayerPage> list(
            @RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String after) {
        ManifestView view = registry.view();
        @Nullable ManifestKey from = after == null ? null : Known.after(after, RuntimeController::key);
        Page<LayerSummary> page = Page.of(view.ofKind(ManifestKind.RUNTIME_LAYER), from, limit, LayerSummary::of);
        return ResponseEntity.ok()
                .eTag(ETags.of(view.revision()))
                .body(new LayerPage(
                        view.revision().value(),
                        page.items(),
                        page.items().isEmpty() || page.next() == null
                                ? null
                                : page.items().getLast().name()));
    }

    /** Shows a layer, with its values by dotted keys. */
    @GetMapping("/{layer}")
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    ResponseEntity<LayerDocument> get(@PathVariable String layer) {
        DeclaredManifest found = found(key(layer));
        return ResponseEntity.ok().eTag(ETags.of(found.revision())).body(LayerDocument.of(found));
    }

    /** Declares a layer or replaces it as a whole; repeating the call is harmless. */
    @PutMapping(path = "/{layer}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            statuses = {200, 201},
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY})
    ResponseEntity<RuntimeChangeAnswer> put(
            @PathVariable String layer,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = LayerDocument.class)))
                    @RequestBody
                    JsonNode body) {
        LayerFields fields = LayerFields.read(body);
        RuntimeChangeAnswer answer = writer.edit(key(layer), wish, Within.LAYER, _ -> fields);
        boolean created =
                answer instanceof LayerChange change && change.outcome().equals(NodeController.nameOf(Outcome.CREATED));
        return rendered(created ? HttpStatus.CREATED : HttpStatus.OK, answer);
    }

    /** Changes what is named of a layer, as RFC 7396 has it; {@code null} removes a key, and all under it. */
    @PatchMapping(
            path = "/{layer}",
            consumes = {EndpointController.MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
    @Answers(
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = Problem.UNKNOWN_MANIFEST)
    ResponseEntity<RuntimeChangeAnswer> patch(
            @PathVariable String layer,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = LayerDocument.class)))
                    @RequestBody
                    JsonNode patch) {
        ManifestKey key = key(layer);
        return rendered(
                HttpStatus.OK,
                writer.edit(
                        key, wish, Within.LAYER, current -> fields(key, current).patched(patch)));
    }

    @DeleteMapping("/{layer}")
    @Answers(sets = ProblemSet.MANIFEST_CHANGE, problems = Problem.UNKNOWN_MANIFEST)
    RuntimeChangeAnswer delete(@PathVariable String layer, @Parameter(hidden = true) ChangeWish wish) {
        return writer.delete(key(layer), wish);
    }

    /** Shows the value of a key. */
    @GetMapping("/{layer}/{key}")
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_RUNTIME_KEY})
    ResponseEntity<KeyDocument> getKey(@PathVariable String layer, @PathVariable String key) {
        DeclaredManifest found = found(key(layer));
        @Nullable JsonNode value = LayerFields.of(found.manifest()).values().get(key);
        if (value == null) {
            throw noSuchKey(layer);
        }
        return ResponseEntity.ok().eTag(ETags.of(found.revision())).body(KeyDocument.of(found, key, value));
    }

    /** Sets a key, in a layer that need not be there; repeating the call is harmless. */
    @PutMapping(path = "/{layer}/{key}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            statuses = {200, 201},
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY})
    ResponseEntity<RuntimeChangeAnswer> putKey(
            @PathVariable String layer,
            @PathVariable String key,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(content = @Content(schema = @Schema)) @RequestBody
                    JsonNode body) {
        JsonNode value = value(key, body);
        RuntimeChangeAnswer answer = writer.edit(
                key(layer),
                wish,
                Within.KEY,
                current -> current.map(found -> LayerFields.of(found.manifest()))
                        .orElseGet(LayerFields::empty)
                        .with(key, value));
        boolean created = answer instanceof LayerChange change
                && change.changes().stream().anyMatch(one -> one.before() == null);
        return rendered(created ? HttpStatus.CREATED : HttpStatus.OK, answer);
    }

    /** Changes the value of a key that there is, as RFC 7396 has it: the half of a fraction, or the whole; {@code null} removes it. */
    @PatchMapping(
            path = "/{layer}/{key}",
            consumes = {EndpointController.MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
    @Answers(
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_RUNTIME_KEY})
    ResponseEntity<RuntimeChangeAnswer> patchKey(
            @PathVariable String layer,
            @PathVariable String key,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(content = @Content(schema = @Schema)) @RequestBody
                    JsonNode patch) {
        Optional<JsonNode> value = patch.isNull() ? Optional.empty() : Optional.of(value(key, patch));
        ManifestKey manifest = key(layer);
        return rendered(HttpStatus.OK, writer.edit(manifest, wish, Within.KEY, current -> {
            LayerFields fields = withKey(fields(manifest, current), layer, key);
            return value.map(one -> fields.patched(key, one)).orElseGet(() -> fields.without(key));
        }));
    }

    @DeleteMapping("/{layer}/{key}")
    @Answers(
            sets = ProblemSet.MANIFEST_CHANGE,
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_RUNTIME_KEY})
    ResponseEntity<RuntimeChangeAnswer> deleteKey(
            @PathVariable String layer, @PathVariable String key, @Parameter(hidden = true) ChangeWish wish) {
        ManifestKey manifest = key(layer);
        return rendered(
                HttpStatus.OK,
                writer.edit(
                        manifest,
                        wish,
                        Within.KEY,
                        current ->
                                withKey(fields(manifest, current), layer, key).without(key)));
    }

    /** A value may be given by itself, or as this API shows it. */
    private static JsonNode value(String key, JsonNode body) {
        JsonNode value = body.isObject() && body.has(VALUE) ? body.get(VALUE) : body;
        if (value.isNull() || value.isArray() || RuntimeKeys.isNested(value)) {
            throw new InvalidValueException(
                    key,
                    "must be one value: a number, true, false, a string, or {\"numerator\": 5, \"denominator\": \"HUNDRED\"}");
        }
        return value;
    }

    private static LayerFields fields(ManifestKey key, Optional<DeclaredManifest> current) {
        return current.map(found -> LayerFields.of(found.manifest())).orElseThrow(() -> RuntimeWriter.noSuchLayer(key));
    }

    private static LayerFields withKey(LayerFields fields, String layer, String key) {
        if (!fields.values().has(key)) {
            throw noSuchKey(layer);
        }
        return fields;
    }

    private static ManifestKey key(String layer) {
        return new ManifestKey(ManifestKind.RUNTIME_LAYER, layer);
    }

    private DeclaredManifest found(ManifestKey key) {
        return registry.view().manifest(key).orElseThrow(() -> RuntimeWriter.noSuchLayer(key));
    }

    private static ProblemException noSuchKey(String layer) {
        return Problem.UNKNOWN_RUNTIME_KEY.toException("The layer " + layer
                + " has no value for this key; GET /v1/runtime/" + layer + " shows those that it has");
    }

    private static ResponseEntity<RuntimeChangeAnswer> rendered(HttpStatus status, RuntimeChangeAnswer answer) {
        return switch (answer) {
            case LayerChange change ->
                ResponseEntity.status(status)
                        .eTag(ETags.of(new Revision(change.revision())))
                        .body(change);
            case DryRunAnswers.DryRunAnswer dryRun -> ResponseEntity.ok(dryRun);
        };
    }
}
