package io.chancery.rest;

import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.InvalidValueException;
import io.chancery.registry.Precondition;
import io.chancery.rest.ManifestEditor.Draft;
import io.chancery.rest.ManifestEditor.Edited;
import io.chancery.rollout.RolloutResult;
import io.chancery.rollout.Rollouts;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes of shards that go to some first. */
@RestController
@RequestMapping(path = ShardRolloutController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class ShardRolloutController {

    static final String PATH = "/v1/shuffle-shards/{name}/rollout";

    private static final String FIELD = "spec.rollout";
    private static final String BODY = "ShardRollout";
    private static final String MANIFEST = "";

    /** What a request gives; the rest of what a manifest has is how far the change has come. */
    private static final Set<String> FIELDS = Set.of("to", "by", "steps", "haltOn");

    private static final String FORM = "a JSON object with to, by, steps and haltOn";

    private final ManifestRegistry registry;
    private final ManifestEditor editor;
    private final DocumentBodies bodies;
    private final Rollouts rollouts;

    ShardRolloutController(ManifestRegistry registry, ManifestEditor editor, DocumentBodies bodies, Rollouts rollouts) {
        this.registry = registry;
        this.editor = editor;
        this.bodies = bodies;
        this.rollouts = rollouts;
    }

    /** Whether what is wanted is still wanted where somebody else changed the manifest meanwhile. */
    private enum Again {
        YES,
        /** Two who take a change to the next step at once mean the same step. */
        UNLESS_THE_ROLLOUT_CHANGED
    }

    /** Begins a change, with its first step. */
    @PostMapping(
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                DocumentBodies.YAML,
                DocumentBodies.X_YAML,
                DocumentBodies.TEXT_YAML
            })
    @Answers(
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = {Problem.UNKNOWN_MANIFEST, Problem.ROLLOUT_UNDER_WAY})
    ResponseEntity<ChangeAnswer> start(
            @PathVariable String name,
            @Parameter(hidden = true) ChangeWish wish,
            @Parameter(hidden = true) @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType type,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(ref = "#/components/schemas/" + BODY)))
                    @RequestBody
                    byte[] body) {
        JsonNode document = bodies.one(body, type);
        return change(name, wish, Again.YES, known -> begin(known, document));
    }

    private RolloutResult begin(Sharded known, JsonNode body) {
        if (!(body instanceof ObjectNode fields)) {
            throw new InvalidValueException("body", "must be " + FORM);
        }
        for (String field : fields.propertyNames()) {
            if (!FIELDS.contains(field)) {
                throw new InvalidValueException(field, "is not a field here; the body is " + FORM);
            }
        }
        if (known.policy().rollout().isPresent()) {
            return rollouts.begin(known.policy(), known.policy().rollout().get());
        }
        ObjectNode document = Documents.redacted(known.declared().manifest());
        document.withObjectProperty("spec").set("rollout", fields);
        DocumentResult read = Documents.read(known.declared().manifest().key(), document, Precondition.NONE);
        ShuffleShard wanted = ShardWriter.policy(ManifestEditor.put(read, FIELD));
        return begin(known.policy(), wanted.rollout().orElseThrow());
    }

    private RolloutResult begin(ShuffleShard policy, ShardRollout wanted) {
        if (policy.with(wanted.to()).equals(policy)) {
            throw new InvalidValueException("to", "must have something that the policy does not say already");
        }
        return rollouts.begin(policy, wanted);
    }

    /** Shows how far the change has come that is under way. */
    @GetMapping
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_ROLLOUT})
    RolloutAnswer get(@PathVariable String name) {
        Sharded known = known(name);
        return rollouts.view(known.declared(), known.policy())
                .map(view -> RolloutAnswer.of(known.declared(), view))
                .orElseThrow(() -> nothingUnderWay(name));
    }

    /** Keeps the change where it is. */
    @PostMapping("/pause")
    @Answers(
            sets = ProblemSet.MANIFEST_CHANGE,
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_ROLLOUT})
    ResponseEntity<ChangeAnswer> pause(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.YES, known -> rollouts.pause(known.policy()));
    }

    /** Lets a change go on that was paused or halted. */
    @PostMapping("/resume")
    @Answers(
            sets = ProblemSet.MANIFEST_CHANGE,
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_ROLLOUT})
    ResponseEntity<ChangeAnswer> resume(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.YES, known -> rollouts.resume(known.policy()));
    }

    /** Takes the change to its next step, or, in the last one, to all for good. */
    @PostMapping("/promote")
    @Answers(
            sets = ProblemSet.MANIFEST_CHANGE,
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_ROLLOUT, Problem.ROLLOUT_HALTED})
    ResponseEntity<ChangeAnswer> promote(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.UNLESS_THE_ROLLOUT_CHANGED, known -> rollouts.promote(known.policy()));
    }

    /** Takes the change back from all who have it. */
    @DeleteMapping
    @Answers(
            sets = ProblemSet.MANIFEST_CHANGE,
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_ROLLOUT})
    ResponseEntity<ChangeAnswer> rollBack(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.YES, known -> rollouts.rollBack(known.policy()));
    }

    /** A policy, and the manifest that it is in. */
    private record Sharded(DeclaredManifest declared, ShuffleShard policy) {

        DocumentResult with(ShuffleShard changed, Precondition precondition) {
            Manifest manifest = declared.manifest();
            return new DocumentResult.Read(new Change.Put(
                    new Manifest(manifest.key(), manifest.nodes(), manifest.labels(), changed), precondition));
        }
    }

    private Sharded known(String name) {
        return known(name, registry.view().manifest(ShardWriter.key(name)));
    }

    private static Sharded known(String name, Optional<DeclaredManifest> declared) {
        return declared.map(found ->
                        new Sharded(found, (ShuffleShard) found.manifest().spec()))
                .orElseThrow(() -> ShardWriter.noSuchPolicy(name));
    }

    private ResponseEntity<ChangeAnswer> change(
            String name, ChangeWish wish, Again again, Function<Sharded, RolloutResult> order) {
        Optional<ShardRollout> meant = known(name).policy().rollout();
        Edited edited = editor.edit(ShardWriter.key(name), wish, MANIFEST, current -> {
            Sharded known = known(name, current);
            if (again == Again.UNLESS_THE_ROLLOUT_CHANGED
                    && !known.policy().rollout().equals(meant)) {
                throw ManifestWriter.conflict("It", known.declared().revision());
            }
            RolloutResult.Next next = next(name, order.apply(known));
            return new Draft(known.with(next.policy(), wish.precondition()), Optional.of(next.reason()));
        });
        return ShuffleShardController.rendered(edited.answer());
    }

    private static RolloutResult.Next next(String name, RolloutResult result) {
        return switch (result) {
            case RolloutResult.Next next -> next;
            case RolloutResult.NothingUnderWay _ -> throw nothingUnderWay(name);
            case RolloutResult.UnderWay(String step) ->
                throw Problem.ROLLOUT_UNDER_WAY.toException(
                        "It is in " + step + "; promote it to its end or roll it back before another one begins");
            case RolloutResult.Halted(String reason) ->
                throw Problem.ROLLOUT_HALTED.toException("It was halted, as " + reason
                        + "; POST …/rollout/resume lets it go on, DELETE …/rollout takes it back");
        };
    }

    private static ProblemException nothingUnderWay(String name) {
        return Problem.UNKNOWN_ROLLOUT.toException(
                "No change of the shards of " + name + " is under way; POST …/rollout begins one");
    }
}
