package io.chancery.rest;

import io.chancery.assignment.Assignment;
import io.chancery.assignment.Assignments;
import io.chancery.manifest.ApplyOptions.References;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.rest.ManifestEditor.Draft;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** Changes policies of shards, which are manifests like others, within what the endpoints allow that there are now. */
final class ShardWriter {

    private final ManifestEditor editor;
    private final Assignments assignments;

    ShardWriter(ManifestEditor editor, Assignments assignments) {
        this.editor = editor;
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
     * Makes a policy what it is to be.
     *
     * @param within the place in the manifest that the request is about, for example {@code spec}: faults are said from there
     * @param edit returns the document that the manifest is to be, of what is there
     */
    ChangeAnswer edit(
            ManifestKey key, ChangeWish wish, String within, Function<Optional<DeclaredManifest>, ObjectNode> edit) {
        return editor.edit(key, wish, within, current -> {
                    DocumentResult read = Documents.read(key, edit.apply(current), wish.precondition());
                    return Draft.of(
                            wish.options().references() == References.UNCHECKED ? read : checked(read, current));
                })
                .answer();
    }

    /** Removes a policy. */
    ChangeAnswer delete(ManifestKey key, ChangeWish wish) {
        return editor.delete(key, wish, () -> noSuchPolicy(key.name())).answer();
    }

    /** Adds what the endpoints that there are now have against it. */
    private DocumentResult checked(DocumentResult read, Optional<DeclaredManifest> current) {
        if (!(read instanceof DocumentResult.Read(Change.Put put))) {
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
}
