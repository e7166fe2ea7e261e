package io.chancery.snapshot;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Which versions of resources are held back from nodes that do not have them, because a node refused them. */
public interface Quarantine {

    /** Holds nothing back. */
    Quarantine NONE = new Quarantine() {
        @Override
        public View view() {
            return View.EMPTY;
        }

        @Override
        public void addListener(Consumer<Set<ResourceName>> listener) {
            // nothing ever changes
        }
    };

    /** What is held back now; never changes once handed out. */
    View view();

    /** Adds a listener, which is told which resources a change concerns, after it is visible in {@link #view()}. */
    void addListener(Consumer<Set<ResourceName>> listener);

    /**
     * What is held back at one revision of the store.
     *
     * @param held by version
     * @param remembered versions that are not held back, and of which {@link SnapshotUpdate#outdated()} is to tell all the
     *     same when no source has them any longer
     */
    record View(Revision revision, Map<String, HeldBack> held, Map<String, ResourceName> remembered) {

        static final View EMPTY = new View(Revision.ZERO, Map.of(), Map.of());
    }

    /** A resource's type and name. */
    record ResourceName(ResourceType type, String name) {}

    /**
     * A version that is held back.
     *
     * @param version that was refused
     * @param instead what goes out in its place: the last version that a node accepted; empty if there is none
     * @param companions what {@code instead} names and may no longer exist
     */
    record HeldBack(ResourceName resource, String version, Optional<Resource> instead, List<Resource> companions) {
        public HeldBack {
            companions = List.copyOf(companions);
        }
    }
}
