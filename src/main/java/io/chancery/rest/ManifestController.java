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
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
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
import tools.jackson.databind.JsonNode;

/** The manifests, one by one. */
@RestController
@RequestMapping(path = "/v1/manifests", produces = MediaType.APPLICATION_JSON_VALUE)
class ManifestController {

    private final ManifestRegistry registry;
    private final ManifestWriter writer;

    ManifestController(ManifestRegistry registry, ManifestWriter writer) {
        this.registry = registry;
        this.writer = writer;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE})
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

    /** Shows a manifest; secrets in it are blanked. */
    @GetMapping("/{kind}/{name}")
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    ResponseEntity<ManifestDocument> get(@PathVariable String kind, @PathVariable String name) {
        ManifestKey key = new ManifestKey(kind(kind), name);
        DeclaredManifest found = registry.view().manifest(key).orElseThrow(() -> noSuchManifest(key));
        return ResponseEntity.ok().eTag(ETags.of(found.revision())).body(ManifestDocument.of(found));
    }

    /** Declares a manifest or replaces it as a whole; repeating the call is harmless. */
    @PutMapping(path = "/{kind}/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            statuses = {200, 201},
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
    ResponseEntity<ApplyAnswer> put(
            @PathVariable String kind,
            @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false) @Nullable String ifNoneMatch,
            @RequestHeader(name = ManifestWriter.AUTHOR, required = false) @Nullable String author,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(implementation = ManifestDocument.class)))
                    @RequestBody
                    JsonNode document) {
        ManifestKey key = new ManifestKey(kind(kind), name);
        DocumentResult read = Documents.read(key, document, ETags.precondition(ifMatch, ifNoneMatch));
        Change change = switch (read) {
            case DocumentResult.Read(Change wanted) -> wanted;
            case DocumentResult.Faulty(List<Fault> faults) -> throw ManifestWriter.faulty(faults);
        };
        Effect effect = writer.apply(change, author);
        return ResponseEntity.status(effect.outcome() == Outcome.CREATED ? HttpStatus.CREATED : HttpStatus.OK)
                .eTag(ETags.of(effect.revision()))
                .body(ApplyAnswer.of(effect.revision(), List.of(effect)));
    }

    @DeleteMapping("/{kind}/{name}")
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_MANIFEST,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.STORE_UNAVAILABLE
            })
    ApplyAnswer delete(
            @PathVariable String kind,
            @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = ManifestWriter.AUTHOR, required = false) @Nullable String author) {
        ManifestKey key = new ManifestKey(kind(kind), name);
        Effect effect = writer.apply(new Change.Delete(key, ETags.precondition(ifMatch, null)), author);
        if (effect.outcome() == Outcome.UNCHANGED) {
            throw noSuchManifest(key);
        }
        return ApplyAnswer.of(effect.revision(), List.of(effect));
    }

    private static ManifestKind kind(String spelling) {
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
