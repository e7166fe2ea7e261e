package io.chancery.manifest;

import io.chancery.registry.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The removals that a list of changes brings along by a label. Pure functions. */
final class Pruning {

    private Pruning() {}

    /**
     * Returns the changes, and behind them the removal of each manifest that has the label and is in none of them; what a
     * file declares is left to the file.
     */
    static List<Change> complete(List<Change> changes, ManifestView view, ApplyOptions options) {
        Optional<LabelMatch> prune = options.prune();
        if (prune.isEmpty()) {
            return changes;
        }
        Set<ManifestKey> named = changes.stream().map(Change::key).collect(Collectors.toSet());
        List<Change> all = new ArrayList<>(changes);
        for (DeclaredManifest declared : view.manifests().values()) {
            ManifestKey key = declared.manifest().key();
            if (prune.get().matches(declared.manifest())
                    && !named.contains(key)
                    && declared.owner().isEmpty()) {
                all.add(new Change.Delete(key, Precondition.NONE));
            }
        }
        return all;
    }

    /** Puts what is wrong with a removal that no document asks for in words that name the manifest. */
    static ApplyResult refusal(ApplyResult refusal, List<Change> changes, int documents) {
        return switch (refusal) {
            case ApplyResult.Refused(List<Fault> faults) ->
                new ApplyResult.Refused(located(faults, changes, documents));
            case ApplyResult.Applied _, ApplyResult.PreconditionFailed _, ApplyResult.OwnedByFile _ -> refusal;
        };
    }

    static List<Fault> located(List<Fault> faults, List<Change> changes, int documents) {
        return faults.stream()
                .map(fault -> fault.document() < documents
                        ? fault
                        : new Fault(
                                Fault.NO_DOCUMENT,
                                "prune",
                                "would remove " + changes.get(fault.document()).key() + ", which " + fault.reason()))
                .toList();
    }
}
