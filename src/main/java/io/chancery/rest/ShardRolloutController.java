package io.chancery.rest;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import io.chancery.rollout.RolloutResult;
import io.chancery.rollout.Rollouts;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
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

    private static final int MAX_ATTEMPTS = 10;
    private static final String FIELD = "spec.rollout";
    private static final String BODY = "ShardRollout";

    /** What a request gives; the rest of what a manifest has is how far the change has come. */
    private static final Set<String> FIELDS = Set.of("to", "by", "steps", "haltOn");

    private static final String FORM = "a JSON object with to, by, steps and haltOn";

    private final ManifestRegistry registry;
    private final ManifestWriter writer;
    private final DocumentBodies bodies;
    private final Rollouts rollouts;

    ShardRolloutController(ManifestRegistry registry, ManifestWriter writer, DocumentBodies bodies, Rollouts rollouts) {
        this.registry = registry;
        this.writer = writer;
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
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.MALFORMED_BODY,
                Problem.UNKNOWN_MANIFEST,
                Problem.ROLLOUT_UNDER_WAY,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.BODY_TOO_LARGE,
                Problem.UNSUPPORTED_MEDIA_TYPE,
                Problem.ENVOY_NOT_CONFIGURED,
                Problem.ENVOY_BUSY,
                Problem.STORE_UNAVAILABLE
            })
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
        return switch (Documents.read(known.declared().manifest().key(), document, Precondition.NONE)) {
            case DocumentResult.Read(Change change) -> begin(known.policy(), rollout(change));
            case DocumentResult.Faulty(List<Fault> faults) ->
                throw ManifestWriter.faulty(faults.stream()
                        .map(fault -> new Fault(fault.document(), inBody(fault.path()), fault.reason()))
                        .toList());
        };
    }

    private RolloutResult begin(ShuffleShard policy, ShardRollout wanted) {
        if (policy.with(wanted.to()).equals(policy)) {
            throw new InvalidValueException("to", "must have something that the policy does not say already");
        }
        return rollouts.begin(policy, wanted);
    }

    private static ShardRollout rollout(Change change) {
        if (change instanceof Change.Put(Manifest manifest, Precondition _)
                && manifest.spec() instanceof ShuffleShard policy
                && policy.rollout().isPresent()) {
            return policy.rollout().get();
        }
        throw new IllegalStateException("A ShuffleShard with a rollout is read as something else");
    }

    /** Where something is in the body that is at this place of the manifest. */
    private static String inBody(String path) {
        return path.startsWith(FIELD + '.') ? path.substring(FIELD.length() + 1) : path.equals(FIELD) ? "body" : path;
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
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.UNKNOWN_MANIFEST,
                Problem.UNKNOWN_ROLLOUT,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.ENVOY_NOT_CONFIGURED,
                Problem.ENVOY_BUSY,
                Problem.STORE_UNAVAILABLE
            })
    ResponseEntity<ChangeAnswer> pause(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.YES, known -> rollouts.pause(known.policy()));
    }

    /** Lets a change go on that was paused or halted. */
    @PostMapping("/resume")
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.UNKNOWN_MANIFEST,
                Problem.UNKNOWN_ROLLOUT,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.ENVOY_NOT_CONFIGURED,
                Problem.ENVOY_BUSY,
                Problem.STORE_UNAVAILABLE
            })
    ResponseEntity<ChangeAnswer> resume(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.YES, known -> rollouts.resume(known.policy()));
    }

    /** Takes the change to its next step, or, in the last one, to all for good. */
    @PostMapping("/promote")
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.UNKNOWN_MANIFEST,
                Problem.UNKNOWN_ROLLOUT,
                Problem.ROLLOUT_HALTED,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.ENVOY_NOT_CONFIGURED,
                Problem.ENVOY_BUSY,
                Problem.STORE_UNAVAILABLE
            })
    ResponseEntity<ChangeAnswer> promote(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.UNLESS_THE_ROLLOUT_CHANGED, known -> rollouts.promote(known.policy()));
    }

    /** Takes the change back from all who have it. */
    @DeleteMapping
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.UNKNOWN_MANIFEST,
                Problem.UNKNOWN_ROLLOUT,
                Problem.OWNED_BY_FILE,
                Problem.REVISION_CONFLICT,
                Problem.ENVOY_NOT_CONFIGURED,
                Problem.ENVOY_BUSY,
                Problem.STORE_UNAVAILABLE
            })
    ResponseEntity<ChangeAnswer> rollBack(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return change(name, wish, Again.YES, known -> rollouts.rollBack(known.policy()));
    }

    /** A policy, and the manifest that it is in. */
    private record Sharded(DeclaredManifest declared, ShuffleShard policy) {}

    private Sharded known(String name) {
        ManifestKey key = new ManifestKey(ManifestKind.SHUFFLE_SHARD, name);
        return registry.view()
                .manifest(key)
                .flatMap(declared -> declared.manifest().spec() instanceof ShuffleShard policy
                        ? Optional.of(new Sharded(declared, policy))
                        : Optional.empty())
                .orElseThrow(() -> Problem.UNKNOWN_MANIFEST.toException("There is no manifest " + key));
    }

    private ResponseEntity<ChangeAnswer> change(
            String name, ChangeWish wish, Again again, Function<Sharded, RolloutResult> order) {
        Sharded first = known(name);
        Sharded known = first;
        for (int attempt = 1; ; attempt++) {
            RolloutResult.Next next = next(name, order.apply(known));
            ChangeWish reasoned = wish.because(next.reason());
            Change change = change(known, next.policy(), wish.precondition());
            if (wish.dryRun().isPresent()) {
                return ResponseEntity.ok(writer.apply(List.of(new DocumentResult.Read(change)), reasoned));
            }
            switch (registry.apply(List.of(change), reasoned.options())) {
                case ApplyResult.Applied(Revision _, List<Effect> effects) -> {
                    Revision revision = effects.getFirst().revision();
                    return ResponseEntity.ok().eTag(ETags.of(revision)).body(ApplyAnswer.of(revision, effects));
                }
                case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw ManifestWriter.owned(key, file);
                case ApplyResult.Refused(List<Fault> faults) -> throw ManifestWriter.faulty(faults);
                case ApplyResult.PreconditionFailed(ManifestKey _, Revision actual) -> {
                    known = known(name);
                    boolean isSame =
                            known.policy().rollout().equals(first.policy().rollout());
                    if (!(wish.precondition() instanceof Precondition.None)
                            || attempt == MAX_ATTEMPTS
                            || (again == Again.UNLESS_THE_ROLLOUT_CHANGED && !isSame)) {
                        throw ManifestWriter.conflict("It", actual);
                    }
                }
            }
        }
    }

    /** What was looked at must still be so; the caller's own condition is about the same. */
    private static Change change(Sharded known, ShuffleShard policy, Precondition wanted) {
        Revision seen = known.declared().revision();
        boolean isAsWanted = switch (wanted) {
            case Precondition.None _, Precondition.Present _ -> true;
            case Precondition.Absent _ -> false;
            case Precondition.At(Revision revision) -> revision.equals(seen);
        };
        if (!isAsWanted) {
            throw ManifestWriter.conflict("It", seen);
        }
        Manifest manifest = known.declared().manifest();
        return new Change.Put(
                new Manifest(manifest.key(), manifest.nodes(), manifest.labels(), policy), new Precondition.At(seen));
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
