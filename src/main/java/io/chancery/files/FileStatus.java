package io.chancery.files;

import io.chancery.manifest.FileOwner;
import io.chancery.manifest.ManifestKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How a watched file fares.
 *
 * @param manifests which of those in force it declares
 * @param lastGood when what it then said was put in force; empty if that was not since the process started
 * @param faults what is wrong with what it says now
 */
public record FileStatus(
        FileOwner file, State state, List<ManifestKey> manifests, Optional<Instant> lastGood, List<FileFault> faults) {

    /** Whether what a file says is in force. */
    public enum State {
        GOOD,
        /** It is not, because another file of its folder is faulty: a folder's files count together or not at all. */
        HELD,
        /** It is not; what was good last is. */
        FAULTY
    }

    public FileStatus {
        manifests = List.copyOf(manifests);
        faults = List.copyOf(faults);
    }
}
