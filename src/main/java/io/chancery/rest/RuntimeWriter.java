package io.chancery.rest;

import io.chancery.manifest.AlteredManifest;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.rest.DryRunAnswers.DryRunAnswer;
import io.chancery.rest.ManifestEditor.Draft;
import io.chancery.rest.ManifestEditor.Edited;
import io.chancery.rest.RuntimeAnswers.LayerChange;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Changes runtime layers, which are manifests like others, and says which values that changed. */
final class RuntimeWriter {

    private final ManifestRegistry registry;
    private final ManifestEditor editor;

    RuntimeWriter(ManifestRegistry registry, ManifestEditor editor) {
        this.registry = registry;
        this.editor = editor;
    }

    /** What a request is about: its faults are in a manifest that it does not see. */
    enum Within {
        LAYER("spec"),
        KEY("spec.values");

        private final String place;

        Within(String place) {
            this.place = place;
        }
    }

    /**
     * Makes a layer what it is to be.
     *
     * @param within what the request is about, for the places of faults
     * @param edit returns what the layer is to be, of what it is
     */
    RuntimeChangeAnswer edit(
            ManifestKey key, ChangeWish wish, Within within, Function<Optional<DeclaredManifest>, LayerFields> edit) {
        return answer(editor.edit(
                key,
                wish,
                within.place,
                current -> Draft.of(Documents.read(key, edit.apply(current).toDocument(), wish.precondition()))));
    }

    /** Removes a layer. */
    RuntimeChangeAnswer delete(ManifestKey key, ChangeWish wish) {
        return answer(editor.delete(key, wish, () -> noSuchLayer(key)));
    }

    static ProblemException noSuchLayer(ManifestKey key) {
        return Problem.UNKNOWN_MANIFEST.toException(
                "There is no runtime layer " + key.name() + "; GET /v1/runtime lists those that there are");
    }

    private RuntimeChangeAnswer answer(Edited edited) {
        return switch (edited) {
            case Edited.Made(Effect effect) -> LayerChange.of(effect, altered(effect));
            case Edited.Tried(DryRunAnswer answer) -> answer;
        };
    }

    /** What was changed is in the history, also where another change came after it. */
    private Optional<AlteredManifest> altered(Effect effect) {
        return effect.outcome() == Outcome.UNCHANGED
                ? Optional.empty()
                : registry.history().manifests(effect.revision()).stream()
                        .flatMap(List::stream)
                        .filter(one -> one.key().equals(effect.key()))
                        .findFirst();
    }
}
