package io.chancery.rest;

import io.chancery.assignment.Assignment;
import io.chancery.assignment.Assignments;
import io.chancery.manifest.ApplyOptions.References;
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
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Changes policies of shards, which are manifests like others. */
final class ShardWriter {

    /** Every failure means that somebody else was faster, so this many in a row are a pile-up. */
    private static final int MAX_ATTEMPTS = 1_000;

    private final ManifestRegistry registry;
    private final ManifestWriter writer;
    private final Assignments assignments;

    ShardWriter(ManifestRegistry registry, ManifestWriter writer, Assignments assignments) {
        this.registry = registry;
        this.writer = writer;
        this.assignments = assignments;
    }

    static ManifestKey key(String service) {
        return new ManifestKey(ManifestKind.SHUFFLE_SHARD, service);
    }

    static ProblemException noSuchPolicy(String service) {
        return Problem.UNKNOWN_MANIFEST.toException("There is no ShuffleShard of the service " + service
                + "; GET /v1/shuffle-shards lists those that there are");
    }

    /**
     * Makes a policy what it is to be, and looks again where another writer was faster.
     *
     * @param within the place in the manifest that the request is about, for example {@code spec}: faults are said from there
     * @param edit returns the document that the manifest is to be, of what is there
     */
    ChangeAnswer edit(
            ManifestKey key, ChangeWish wish, String within, Function<Optional<DeclaredManifest>, ObjectNode> edit) {
        for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
            Optional<DeclaredManifest> current = registry.view().manifest(key);
            DocumentResult read = checked(Documents.read(key, edit.apply(current), wish.precondition()), current, wish);
            if (wish.dryRun().isPresent()) {
                return writer.apply(List.of(read), wish);
            }
            Change.Put wanted = put(read, within);
            if (!holds(wanted.precondition(), current)) {
                throw ManifestWriter.conflict(
                        "It", current.map(DeclaredManifest::revision).orElse(Revision.ZERO));
            }
            Optional<Effect> effect = tryApply(new Change.Put(wanted.manifest(), exactly(current)), wish, within);
            if (effect.isPresent()) {
                return ApplyAnswer.of(effect.get().revision(), List.of(effect.get()));
            }
        }
        throw Problem.REVISION_CONFLICT.toException("Too many change it at once; try again in a moment");
    }

    /** Removes a policy. */
    ChangeAnswer delete(ManifestKey key, ChangeWish wish) {
        Change removal = new Change.Delete(key, wish.precondition());
        if (wish.dryRun().isPresent()) {
            return writer.apply(List.of(new DocumentResult.Read(removal)), wish);
        }
        Effect effect = writer.apply(removal, wish.options());
        if (effect.outcome() == Outcome.UNCHANGED) {
            throw noSuchPolicy(key.name());
        }
        return ApplyAnswer.of(effect.revision(), List.of(effect));
    }

    /** Adds what the endpoints that there are now have against it. */
    private DocumentResult checked(DocumentResult read, Optional<DeclaredManifest> current, ChangeWish wish) {
        if (wish.options().references() == References.UNCHECKED
                || !(read instanceof DocumentResult.Read(Change change))
                || !(change instanceof Change.Put put)) {
            return read;
        }
        List<Fault> faults = ShardLimits.faults(
                policy(put),
                current.map(declared -> (ShuffleShard) declared.manifest().spec()),
                Assignment.hosts(assignments.service(put.key().name())));
        return faults.isEmpty() ? read : new DocumentResult.Faulty(faults);
    }

    static ShuffleShard policy(Change.Put put) {
        return (ShuffleShard) put.manifest().spec();
    }

    static Change.Put put(DocumentResult read, String within) {
        return switch (read) {
            case DocumentResult.Read(Change.Put put) -> put;
            case DocumentResult.Read(Change.Delete _) ->
                throw new IllegalStateException("a policy was read as a removal");
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
