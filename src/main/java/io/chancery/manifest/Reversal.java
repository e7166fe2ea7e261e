package io.chancery.manifest;

import io.chancery.manifest.ApplyOptions.References;
import io.chancery.registry.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it takes to undo a change. Pure functions. */
public final class Reversal {

    private Reversal() {}

    /**
     * Returns the changes that make the manifests what they were, each read by the rules of today, which may find fault with
     * what was allowed then. Where references are checked, each manifest must still be as the change left it.
     *
     * @param altered as {@link ChangeHistory#manifests} returned it
     */
    public static List<DocumentResult> of(HistoryEntry entry, List<AlteredManifest> altered, References references) {
        List<DocumentResult> changes = new ArrayList<>(altered.size());
        for (AlteredManifest one : altered) {
            Precondition precondition = switch (references) {
                case UNCHECKED -> Precondition.NONE;
                case CHECKED ->
                    one.after().isPresent() ? new Precondition.At(entry.revision()) : new Precondition.Absent();
            };
            changes.add(change(changes.size(), one, precondition));
        }
        return changes;
    }

    private static DocumentResult change(int index, AlteredManifest altered, Precondition precondition) {
        Optional<DeclaredManifest> before = altered.before();
        if (before.isEmpty()) {
            return new DocumentResult.Read(new Change.Delete(altered.key(), precondition));
        }
        return switch (Documents.read(index, Documents.complete(before.get().manifest()))) {
            case DocumentResult.Read(Change.Put(Manifest manifest, Precondition _)) ->
                new DocumentResult.Read(new Change.Put(manifest, precondition));
            case DocumentResult.Read(Change.Delete _) ->
                throw new IllegalStateException("the document of a manifest is a removal");
            case DocumentResult.Faulty faulty -> faulty;
        };
    }
}
