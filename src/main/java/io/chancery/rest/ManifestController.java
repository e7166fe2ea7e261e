package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.FileOwner;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.InvalidValueException;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The manifests, one by one. */
@RestController
@RequestMapping(path = "/v1/manifests", produces = MediaType.APPLICATION_JSON_VALUE)
class ManifestController {

    private final ManifestRegistry registry;
    private final ManifestWriter writer;
    private final DocumentBodies bodies;

    ManifestController(ManifestRegistry registry, ManifestWriter writer, DocumentBodies bodies) {
        this.registry = registry;
        this.writer = writer;
        this.bodies = bodies;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = Problem.INVALID_VALUE)
    ResponseEntity<ManifestPage> list(
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String after) {
        ManifestView view = registry.view();
        @Nullable ManifestKey from = after == null ? null : Known.after(after, ManifestController::parse);
        Page<ManifestSummary> page =
                Page.of(kind == null ? view.manifests() : view.ofKind(kind(kind)), from, limit, ManifestSummary::of);
        return ResponseEntity.ok()
                .eTag(ETags.of(view.revision()))
                .body(new ManifestPage(view.revision().value(), page.items(), page.next()));
    }

    /** Shows a manifest, as JSON or YAML; secrets in it are blanked. */
    @GetMapping(
            path = "/{kind}/{name}",
            produces = {MediaType.APPLICATION_JSON_VALUE, DocumentBodies.YAML})
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = ManifestDocument.class)))
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    ResponseEntity<Object> get(
            @PathVariable String kind,
            @PathVariable String name,
            @Parameter(hidden = true) @RequestHeader(name = HttpHeaders.ACCEPT, required = false) @Nullable
                    String accept) {
        ManifestKey key = new ManifestKey(kind(kind), name);
        DeclaredManifest found = registry.view().manifest(key).orElseThrow(() -> noSuchManifest(key));
        MediaType type = DocumentBodies.preferred(accept);
        return ResponseEntity.ok()
                .eTag(ETags.of(found.revision()))
                .varyBy(HttpHeaders.ACCEPT)
                .contentType(type)
                .body(bodies.written(ManifestDocument.of(found), type));
    }

    /** Declares a manifest or replaces it as a whole; repeating the call is harmless. */
    @PutMapping(
            path = "/{kind}/{name}",
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                DocumentBodies.YAML,
                DocumentBodies.X_YAML,
                DocumentBodies.TEXT_YAML
            })
    @Answers(
            statuses = {200, 201},
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = Problem.TRANSACTION_TOO_LARGE)
    ResponseEntity<ChangeAnswer> put(
            @PathVariable String kind,
            @PathVariable String name,
            @Parameter(hidden = true) ChangeWish wish,
            @Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType type,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = ManifestDocument.class)))
                    @RequestBody
                    byte[] body) {
        ManifestKey key = new ManifestKey(kind(kind), name);
        DocumentResult read = Documents.read(key, bodies.one(body, type), wish.precondition());
        if (wish.dryRun().isPresent()) {
            return ResponseEntity.ok(writer.apply(List.of(read), wish));
        }
        Change change = switch (read) {
            case DocumentResult.Read(Change wanted) -> wanted;
            case DocumentResult.Faulty(List<Fault> faults) -> throw ManifestWriter.faulty(faults);
        };
        Effect effect = writer.apply(change, wish.options());
        return ResponseEntity.status(effect.outcome() == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                .eTag(ETags.of(effect.revision()))
                .body(ApplyAnswer.of(effect.revision(), List.of(effect)));
    }

    @DeleteMapping("/{kind}/{name}")
    @Answers(sets = ProblemSet.MANIFEST_CHANGE, problems = Problem.UNKNOWN_MANIFEST)
    ChangeAnswer delete(
            @PathVariable String kind, @PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        ManifestKey key = new ManifestKey(kind(kind), name);
        Change removal = new Change.Delete(key, wish.precondition());
        if (wish.dryRun().isPresent()) {
            return writer.apply(List.of(new DocumentResult.Read(removal)), wish);
        }
        Effect effect = writer.apply(removal, wish.options());
        if (effect.outcome() == Outcome.UNCHANGED) {
            throw noSuchManifest(key);
        }
        return ApplyAnswer.of(effect.revision(), List.of(effect));
    }

    static ManifestKind kind(String spelling) {
        return ManifestKind.ofSpelling(spelling)
                .orElseThrow(() -> new InvalidValueException("kind", "must be one of " + ManifestKind.spellings()));
    }

    /** Reads kind and name as {@link ManifestKey#toString} has them. */
    private static ManifestKey parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new InvalidValueException("after", "must be a kind and a name, for example Resource/edge");
        }
        return new ManifestKey(kind(text.substring(0, slash)), text.substring(slash + 1));
    }

    private static ProblemException noSuchManifest(ManifestKey key) {
        return Problem.UNKNOWN_MANIFEST.toException("There is no manifest " + key);
    }

    /**
     * One manifest in a list.
     *
     * @param file the file that declares it; absent if it was declared over the API
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ManifestSummary(
            String kind,
            String name,
            @Nullable ResourceSummary resource,
            SortedMap<String, String> labels,
            long revision,
            String time,
            String author,
            @Nullable String file) {

        static ManifestSummary of(DeclaredManifest declared) {
            return new ManifestSummary(
                    declared.manifest().key().kind().spelling(),
                    declared.manifest().key().name(),
                    declared.manifest().spec() instanceof Spec.RawResource raw
                            ? new ResourceSummary(raw.type().typeUrl(), raw.resourceName())
                            : null,
                    declared.manifest().labels(),
                    declared.revision().value(),
                    declared.time().toString(),
                    declared.author(),
                    declared.owner().map(FileOwner::toString).orElse(null));
        }
    }

    /**
     * What a manifest of the kind Resource declares.
     *
     * @param type the resource's type URL
     */
    record ResourceSummary(String type, String name) {}

    /**
     * A part of the manifests, by kind and name.
     *
     * @param revision the store's revision that the list is of
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record ManifestPage(
            long revision,
            List<ManifestSummary> manifests,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
