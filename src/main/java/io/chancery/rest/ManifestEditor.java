package io.chancery.rest;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Fault;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.rest.DryRunAnswers.DryRunAnswer;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Makes one manifest what it is to be, in view of what it is, and looks again where another writer was faster. */
final class ManifestEditor {

    /** Every failure means that somebody else was faster, so this many in a row are a pile-up. */
    private static final int MAX_ATTEMPTS = 1_000;

    private final ManifestRegistry registry;
    private final ManifestWriter writer;

    ManifestEditor(ManifestRegistry registry, ManifestWriter writer) {
        this.registry = registry;
        this.writer = writer;
    }

    /**
     * What a manifest is to be.
     *
     * @param reason why, where the request does not say it
     */
    record Draft(DocumentResult document, Optional<String> reason) {

        static Draft of(DocumentResult document) {
            return new Draft(document, Optional.empty());
        }
    }

    /** What became of an edit. */
    sealed interface Edited {

        /** What to answer where the request is about a manifest like any other. */
        ChangeAnswer answer();

        /** It was made. */
        record Made(Effect effect) implements Edited {

            @Override
            public ChangeAnswer answer() {
                return ApplyAnswer.of(effect.revision(), List.of(effect));
            }
        }

        /** It was only to be tried. */
        record Tried(DryRunAnswer answer) implements Edited {}
    }

    /**
     * Makes a manifest what it is to be.
     *
     * @param within the place in the manifest that the request is about, for example {@code spec}: faults are said from there
     * @param edit returns what the manifest is to be, of what it is; asked again where that was changed meanwhile
     */
    Edited edit(ManifestKey key, ChangeWish wish, String within, Function<Optional<DeclaredManifest>, Draft> edit) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<DeclaredManifest> current = registry.view().manifest(key);
            Draft draft = edit.apply(current);
            ChangeWish reasoned = draft.reason().map(wish::because).orElse(wish);
            if (wish.dryRun().isPresent()) {
                return tried(draft.document(), reasoned);
            }
            Change.Put wanted = put(draft.document(), within);
            Optional<Revision> seen = current.map(DeclaredManifest::revision);
            if (!wanted.precondition().holds(seen)) {
                throw ManifestWriter.conflict("It", seen.orElse(Revision.ZERO));
            }
            Precondition asSeen = seen.<Precondition>map(Precondition.At::new).orElseGet(Precondition.Absent::new);
            Optional<Effect> effect = tryApply(new Change.Put(wanted.manifest(), asSeen), reasoned, within);
            if (effect.isPresent()) {
                return new Edited.Made(effect.get());
            }
        }
        throw Problem.REVISION_CONFLICT.toException("Too many change it at once; try again in a moment");
    }

    /**
     * Removes a manifest.
     *
     * @param absent what to say where there is none
     */
    Edited delete(ManifestKey key, ChangeWish wish, Supplier<ProblemException> absent) {
        Change removal = new Change.Delete(key, wish.precondition());
        if (wish.dryRun().isPresent()) {
            return tried(new DocumentResult.Read(removal), wish);
        }
        Effect effect = writer.apply(removal, wish.options());
        if (effect.outcome() == Outcome.UNCHANGED) {
            throw absent.get();
        }
        return new Edited.Made(effect);
    }

    private Edited tried(DocumentResult document, ChangeWish wish) {
        return new Edited.Tried(
                writer.dryRun(List.of(document), wish.options(), wish.dryRun().orElseThrow()));
    }

    /** Returns what was read of a document that declares a manifest; its faults are said from a place in it. */
    static Change.Put put(DocumentResult read, String within) {
        return switch (read) {
            case DocumentResult.Read(Change.Put put) -> put;
            case DocumentResult.Read(Change.Delete _) ->
                throw new IllegalStateException("what a manifest is to be was read as its removal");
            case DocumentResult.Faulty(List<Fault> faults) -> throw ManifestWriter.faulty(from(within, faults));
        };
    }

    /** Returns empty where another writer was faster. */
    private Optional<Effect> tryApply(Change change, ChangeWish wish, String within) {
        return switch (registry.apply(List.of(change), wish.options())) {
            case ApplyResult.Applied(Revision _, List<Effect> effects) -> Optional.of(effects.getFirst());
            case ApplyResult.PreconditionFailed _ -> Optional.empty();
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw ManifestWriter.owned(key, file);
            case ApplyResult.Refused(List<Fault> faults) -> throw ManifestWriter.faulty(from(within, faults));
        };
    }

    private static List<Fault> from(String within, List<Fault> faults) {
        // As a fault has it: without what cannot be shown, and not longer than that.
        String place = new Fault(0, within, "").path();
        return faults.stream()
                .map(fault -> new Fault(fault.document(), from(place, fault.path()), fault.reason()))
                .toList();
    }

    private static String from(String place, String path) {
        if (path.equals(place)) {
            return "";
        }
        return path.startsWith(place + '.') ? path.substring(place.length() + 1) : path;
    }
}
