package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.Change;
import io.chancery.manifest.Fault;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ProblemDetail;

/** Applies changes for the controllers, and says what became of them. */
final class ManifestWriter {

    static final String AUTHOR = "X-Author";

    static final String NOBODY = "anonymous";

    private final ManifestRegistry registry;

    ManifestWriter(ManifestRegistry registry) {
        this.registry = registry;
    }

    /** Applies one change, and returns what it amounted to. */
    Effect apply(Change change, @Nullable String author) {
        return switch (result(List.of(change), author)) {
            case ApplyResult.Applied(Revision _, List<Effect> effects) -> effects.getFirst();
            case ApplyResult.PreconditionFailed(ManifestKey _, Revision actual) -> throw conflict("It", actual);
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw owned(key, file);
            case ApplyResult.Refused(List<Fault> faults) -> throw faulty(faults);
        };
    }

    /** Applies a list of changes. */
    ApplyAnswer apply(List<Change> changes, @Nullable String author) {
        return switch (result(changes, author)) {
            case ApplyResult.Applied(Revision revision, List<Effect> effects) -> ApplyAnswer.of(revision, effects);
            case ApplyResult.PreconditionFailed(ManifestKey key, Revision actual) ->
                throw conflict(key.toString(), actual);
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw owned(key, file);
            case ApplyResult.Refused(List<Fault> faults) -> throw faultyList(faults);
        };
    }

    private ApplyResult result(List<Change> changes, @Nullable String author) {
        try {
            return registry.apply(changes, author == null ? NOBODY : author);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(AUTHOR, e.reason());
        }
    }

    /** The refusal of the only document of a request. */
    static ProblemException faulty(List<Fault> faults) {
        List<FaultAnswer> answers = faults.stream()
                .map(fault -> new FaultAnswer(null, fault.path(), fault.reason()))
                .toList();
        return refusal(
                answers,
                faults.getFirst().path().isEmpty() ? "body" : faults.getFirst().path());
    }

    /** The refusal of a list of documents. */
    static ProblemException faultyList(List<Fault> faults) {
        Fault first = faults.getFirst();
        String place = "[" + first.document() + ']';
        List<FaultAnswer> answers = faults.stream()
                .map(fault -> new FaultAnswer(fault.document(), fault.path(), fault.reason()))
                .toList();
        return refusal(answers, first.path().isEmpty() ? place : place + '.' + first.path());
    }

    private static ProblemException refusal(List<FaultAnswer> faults, String firstField) {
        ProblemDetail problem =
                Problem.INVALID_MANIFEST.about(firstField, faults.getFirst().reason());
        problem.setProperty("faults", faults);
        return new ProblemException(new Refusal(problem));
    }

    private static ProblemException conflict(String what, Revision actual) {
        return Problem.REVISION_CONFLICT.toException(
                actual.equals(Revision.ZERO)
                        ? what + " does not exist"
                        : what + " exists at revision " + actual.value());
    }

    private static ProblemException owned(ManifestKey key, String file) {
        return Problem.OWNED_BY_FILE.toException(key + " is declared by " + file + "; change it there");
    }

    /**
     * One thing that is wrong.
     *
     * @param document its place in the list, from 0; absent where the request has only one
     */
    record FaultAnswer(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer document,

            String field,
            String reason) {}

    /**
     * What became of manifests, by kind and name.
     *
     * @param revision the store's revision at which all of it holds
     */
    record ApplyAnswer(
            long revision, List<String> created, List<String> changed, List<String> unchanged, List<String> deleted)
            implements Written {

        static ApplyAnswer of(Revision revision, List<Effect> effects) {
            return new ApplyAnswer(
                    revision.value(),
                    keys(effects, Outcome.CREATED),
                    keys(effects, Outcome.CHANGED),
                    keys(effects, Outcome.UNCHANGED),
                    keys(effects, Outcome.DELETED));
        }

        private static List<String> keys(List<Effect> effects, Outcome outcome) {
            return effects.stream()
                    .filter(effect -> effect.outcome() == outcome)
                    .map(effect -> effect.key().toString())
                    .toList();
        }
    }
}
