package io.chancery.manifest;

import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.model.Revision;
import java.time.Instant;
import java.util.List;

/**
 * One change of manifests that was made.
 *
 * @param revision at which it was
 * @param time when that was, by the clock of the process that made it
 * @param author who made it
 * @param reason why; empty if nobody said
 * @param altered the manifests that came out otherwise than they were, in the order of the request
 */
public record HistoryEntry(Revision revision, Instant time, String author, String reason, List<Altered> altered) {

    public HistoryEntry {
        altered = List.copyOf(altered);
    }

    /**
     * What became of one manifest.
     *
     * @param outcome never {@link Outcome#UNCHANGED}
     */
    public record Altered(ManifestKey key, Outcome outcome) {}
}
