package io.chancery.manifest;

import io.chancery.model.Revision;
import java.util.List;

/** What became of a list of changes: all were made, or none. Callers switch over it without a default. */
public sealed interface ApplyResult {

    /** What a change amounted to. */
    enum Outcome {
        CREATED,
        CHANGED,
        DELETED,
        /** It held already; for a removal: there was no such manifest. */
        UNCHANGED
    }

    /**
     * What became of one manifest.
     *
     * @param revision that of its last change, {@link Revision#ZERO} if there was none to remove
     */
    record Effect(ManifestKey key, Outcome outcome, Revision revision) {}

    /**
     * All holds now.
     *
     * @param revision readers at this revision and later see it
     * @param effects one for each change, in their order
     */
    record Applied(Revision revision, List<Effect> effects) implements ApplyResult {
        public Applied {
            effects = List.copyOf(effects);
        }
    }

    /**
     * A precondition did not hold.
     *
     * @param key the manifest that it was about
     * @param actual the revision at which it was last changed, {@link Revision#ZERO} if it does not exist
     */
    record PreconditionFailed(ManifestKey key, Revision actual) implements ApplyResult {}

    /**
     * A file declares the manifest, and only there may it be changed.
     *
     * @param file its path, as far as it was configured
     */
    record OwnedByFile(ManifestKey key, String file) implements ApplyResult {}

    /** The changes contradict each other or what is there. */
    record Refused(List<Fault> faults) implements ApplyResult {
        public Refused {
            faults = List.copyOf(faults);
        }
    }
}
