package io.chancery.rest;

import io.chancery.manifest.AlteredManifest;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.rest.RuntimeAnswers.LayerChange;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes runtime layers, which are manifests like others, and says which values that changed. */
final class RuntimeWriter {

    private final ManifestRegistry registry;
    private final ManifestWriter writer;

    RuntimeWriter(ManifestRegistry registry, ManifestWriter writer) {
        this.registry = registry;
        this.writer = writer;
    }

    /**
     * Makes a layer what it is to be, and again where another writer was faster: what came of his change is then looked at.
     *
     * @param edit returns what the layer is to be, of what it is
     * @param within what the request is about, for the places of faults
     */
    RuntimeChangeAnswer edit(
            ManifestKey key, ChangeWish wish, Within within, Function<Optional<DeclaredManifest>, LayerFields> edit) {
        while (true) {
            Optional<DeclaredManifest> current = registry.view().manifest(key);
            DocumentResult read = Documents.read(key, edit.apply(current).toDocument(), wish.precondition());
            if (wish.dryRun().isPresent()) {
                return writer.dryRun(
                        List.of(read), wish.options(), wish.dryRun().get());
            }
            Change.Put wanted = put(read, within);
            if (!holds(wanted.precondition(), current)) {
                throw conflict(current);
            }
            Change exactly = new Change.Put(wanted.manifest(), exactly(current));
            Optional<Effect> effect = apply(exactly, wish, within);
            if (effect.isPresent()) {
                return answer(effect.get());
            }
        }
    }

    /** What a request is about: its faults are in a manifest that it does not see. */
    enum Within {
        LAYER("spec."),
        KEY("spec.values.");

        private final String place;

        Within(String place) {
            this.place = place;
        }

        private List<Fault> located(List<Fault> faults) {
            return faults.stream().map(this::located).toList();
        }

        private Fault located(Fault fault) {
            return fault.path().startsWith(place)
                    ? new Fault(fault.document(), fault.path().substring(place.length()), fault.reason())
                    : fault;
        }
    }

    /** Removes a layer. */
    RuntimeChangeAnswer delete(ManifestKey key, ChangeWish wish) {
        Change removal = new Change.Delete(key, wish.precondition());
        if (wish.dryRun().isPresent()) {
            return writer.dryRun(
                    List.of(new DocumentResult.Read(removal)),
                    wish.options(),
                    wish.dryRun().get());
        }
        Effect effect = writer.apply(removal, wish.options());
        if (effect.outcome() == Outcome.UNCHANGED) {
            throw noSuchLayer(key);
        }
        return answer(effect);
    }

    static ProblemException noSuchLayer(ManifestKey key) {
        return Problem.UNKNOWN_MANIFEST.toException(
                "There is no runtime layer " + key.name() + "; GET /v1/runtime lists those that there are");
    }

    private static Change.Put put(DocumentResult read, Within within) {
        return switch (read) {
            case DocumentResult.Read(Change.Put put) -> put;
            case DocumentResult.Read(Change.Delete _) ->
                throw new IllegalStateException("a layer's fields were read as a removal");
            case DocumentResult.Faulty(List<Fault> faults) -> throw ManifestWriter.faulty(within.located(faults));
        };
    }

    /** Returns empty where another writer was faster. */
    private Optional<Effect> apply(Change change, ChangeWish wish, Within within) {
        return switch (registry.apply(List.of(change), wish.options())) {
            case ApplyResult.Applied(Revision _, List<Effect> effects) -> Optional.of(effects.getFirst());
            case ApplyResult.PreconditionFailed _ -> Optional.empty();
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw ManifestWriter.owned(key, file);
            case ApplyResult.Refused(List<Fault> faults) -> throw ManifestWriter.faulty(within.located(faults));
        };
    }

    /** What was changed is in the history, also where another change came after it. */
    private LayerChange answer(Effect effect) {
        Optional<AlteredManifest> altered = effect.outcome() == Outcome.UNCHANGED
                ? Optional.empty()
                : registry.history().manifests(effect.revision()).stream()
                        .flatMap(List::stream)
                        .filter(one -> one.key().equals(effect.key()))
                        .findFirst();
        return LayerChange.of(effect, altered);
    }

    private static ProblemException conflict(Optional<DeclaredManifest> current) {
        return ManifestWriter.conflict(
                "The layer", current.map(DeclaredManifest::revision).orElse(Revision.ZERO));
    }

    private static Precondition exactly(Optional<DeclaredManifest> current) {
        return current.<Precondition>map(found -> new Precondition.At(found.revision()))
                .orElseGet(Precondition.Absent::new);
    }

    private static boolean holds(Precondition wanted, Optional<DeclaredManifest> current) {
        return switch (wanted) {
            case Precondition.None _ -> true;
            case Precondition.Absent _ -> current.isEmpty();
            case Precondition.Present _ -> current.isPresent();
            case Precondition.At(Revision revision) ->
                current.map(DeclaredManifest::revision).equals(Optional.of(revision));
        };
    }
}
