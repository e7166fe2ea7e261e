package io.chancery.rest;

import io.chancery.manifest.ApplyOptions;
import io.chancery.preview.PreviewResult.Depth;
import io.chancery.registry.Precondition;
import java.util.Optional;

/**
 * What the headers and the query of a request say of the changes of manifests that it wants.
 *
 * @param precondition what must be so of the one manifest that the request is about
 * @param dryRun how far to look, where nothing is to be changed
 */
record ChangeWish(ApplyOptions options, Precondition precondition, Optional<Depth> dryRun) {

    /** The same, with a reason if the request has none. */
    ChangeWish because(String reason) {
        return options.reason().isEmpty() ? new ChangeWish(options.because(reason), precondition, dryRun) : this;
    }
}
