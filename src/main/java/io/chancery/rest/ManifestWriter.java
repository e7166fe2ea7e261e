package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.ApplyOptions;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.DryRun;
import io.chancery.manifest.Fault;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.Revision;
import io.chancery.preview.Preview;
import io.chancery.preview.PreviewResult;
import io.chancery.rest.DryRunAnswers.DryRunAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;

/** Applies changes for the controllers, or tries them, and says what became of them. */
final class ManifestWriter {

    private static final String RETRY_AFTER_SECONDS = "5";

    private final ManifestRegistry registry;
    private final Preview preview;

    ManifestWriter(ManifestRegistry registry, Preview preview) {
        this.registry = registry;
        this.preview = preview;
    }

    /** Applies one change, and returns what it amounted to. */
    Effect apply(Change change, ApplyOptions options) {
        return switch (registry.apply(List.of(change), options)) {
            case ApplyResult.Applied(Revision _, List<Effect> effects) -> effects.getFirst();
            case ApplyResult.PreconditionFailed(ManifestKey _, Revision actual) -> throw conflict("It", actual);
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw owned(key, file);
            case ApplyResult.Refused(List<Fault> faults) -> throw faulty(faults);
        };
    }

    /** Applies documents, or says what they would come to. */
    ChangeAnswer apply(List<DocumentResult> documents, ChangeWish wish) {
        if (wish.dryRun().isPresent()) {
            return dryRun(documents, wish.options(), wish.dryRun().get());
        }
        return switch (registry.apply(changes(documents), wish.options())) {
            case ApplyResult.Applied applied -> answer(applied);
            case ApplyResult.PreconditionFailed(ManifestKey key, Revision actual) ->
                throw conflict(key.toString(), actual);
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw owned(key, file);
            case ApplyResult.Refused(List<Fault> faults) -> throw faultyList(faults);
        };
    }

    static ApplyAnswer answer(ApplyResult.Applied applied) {
        return ApplyAnswer.of(applied.revision(), applied.effects());
    }

    /** The changes that documents ask for, all of which must be readable. */
    static List<Change> changes(List<DocumentResult> documents) {
        List<Change> changes = new ArrayList<>(documents.size());
        List<Fault> faults = new ArrayList<>();
        for (DocumentResult document : documents) {
            switch (document) {
                case DocumentResult.Read(Change change) -> changes.add(change);
                case DocumentResult.Faulty(List<Fault> own) -> faults.addAll(own);
            }
        }
        if (!faults.isEmpty()) {
            throw faultyList(first(faults));
        }
        return changes;
    }

    /** Says what documents would come to; those that cannot be read are left out, and their faults given. */
    DryRunAnswer dryRun(List<DocumentResult> documents, ApplyOptions options, PreviewResult.Depth depth) {
        List<Change> changes = new ArrayList<>(documents.size());
        List<Integer> places = new ArrayList<>(documents.size());
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            switch (documents.get(i)) {
                case DocumentResult.Read(Change change) -> {
                    changes.add(change);
                    places.add(i);
                }
                case DocumentResult.Faulty(List<Fault> own) -> faults.addAll(own);
            }
        }
        DryRun run = registry.dryRun(changes, options);
        for (Fault fault : run.faults()) {
            faults.add(
                    fault.document() == Fault.NO_DOCUMENT
                            ? fault
                            : new Fault(places.get(fault.document()), fault.path(), fault.reason()));
        }
        return switch (preview.of(run, depth)) {
            case PreviewResult.Previewed previewed ->
                DryRunAnswer.of(run, first(faults).stream().map(FaultAnswer::of).toList(), previewed);
            case PreviewResult.NoEnvoy _ ->
                throw Problem.ENVOY_NOT_CONFIGURED.toException(
                        "Set chancery.envoy.binary to an Envoy that this process may start, or leave deep=true out");
            case PreviewResult.Busy _ ->
                throw new ProblemException(new Refusal(
                        Problem.ENVOY_BUSY.withDetail(
                                "It checks the changes of another request; try again in a moment"),
                        Map.of(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)));
        };
    }

    private static List<Fault> first(List<Fault> faults) {
        return faults.subList(0, Math.min(faults.size(), Documents.MAX_FAULTS));
    }

    /** The refusal of the only document of a request. */
    static ProblemException faulty(List<Fault> faults) {
        List<FaultAnswer> answers = faults.stream()
                .map(fault -> new FaultAnswer(null, fault.path().isEmpty() ? "body" : fault.path(), fault.reason()))
                .toList();
        return refusal(answers, answers.getFirst().field());
    }

    /** The refusal of a list of documents. */
    static ProblemException faultyList(List<Fault> faults) {
        return refusal(faults.stream().map(FaultAnswer::of).toList(), place(faults.getFirst()));
    }

    private static String place(Fault fault) {
        if (fault.document() == Fault.NO_DOCUMENT) {
            return fault.path();
        }
        String place = "[" + fault.document() + ']';
        return fault.path().isEmpty() ? place : place + '.' + fault.path();
    }

    private static ProblemException refusal(List<FaultAnswer> faults, String firstField) {
        ProblemDetail problem =
                Problem.INVALID_MANIFEST.about(firstField, faults.getFirst().reason());
        problem.setProperty("faults", faults);
        return new ProblemException(new Refusal(problem));
    }

    static ProblemException conflict(String what, Revision actual) {
        return Problem.REVISION_CONFLICT.toException(
                actual.equals(Revision.ZERO)
                        ? what + " does not exist"
                        : what + " exists at revision " + actual.value());
    }

    static ProblemException owned(ManifestKey key, String file) {
        return Problem.OWNED_BY_FILE.toException(key + " is declared by " + file + "; change it there");
    }

    /**
     * One thing that is wrong.
     *
     * @param document its place in the list, from 0; absent where the request has only one, or where it is in none
     */
    record FaultAnswer(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Integer document,

            String field,
            String reason) {

        static FaultAnswer of(Fault fault) {
            return new FaultAnswer(
                    fault.document() == Fault.NO_DOCUMENT ? null : fault.document(), fault.path(), fault.reason());
        }
    }

    /**
     * What became of manifests, by kind and name.
     *
     * @param revision the store's revision at which all of it holds
     */
    record ApplyAnswer(
            long revision, List<String> created, List<String> changed, List<String> unchanged, List<String> deleted)
            implements Written, ChangeAnswer {

        static ApplyAnswer of(Revision revision, List<Effect> effects) {
            return new ApplyAnswer(
                    revision.value(),
                    DryRunAnswers.keys(effects, Outcome.CREATED),
                    DryRunAnswers.keys(effects, Outcome.CHANGED),
                    DryRunAnswers.keys(effects, Outcome.UNCHANGED),
                    DryRunAnswers.keys(effects, Outcome.DELETED));
        }
    }
}
