package io.chancery.files;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Fault;
import io.chancery.manifest.FileManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.Revision;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.TransactionTooLargeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A watched file or folder: what it says is put in force as one transaction, once it has stood still for a round, so that
 * no half of a file that is being written counts. {@link #status()} may be called from any thread, all else from one at a
 * time.
 */
final class WatchedSource {

    private final String name;
    private final Supplier<SourceContent> reader;
    private final ManifestRegistry registry;
    private final InstantSource clock;
    private final Set<String> configured;

    /** What was read last; null before that. */
    private @Nullable SourceContent seen;

    /** What was tried last; null where it must be tried again. */
    private @Nullable SourceContent tried;

    /** At which the last try was refused for what there is elsewhere, so that it is tried again when that changes. */
    private Optional<Revision> refusedAt = Optional.empty();

    private volatile Status status = new Status(Set.of(), new TreeMap<>(), Optional.empty());

    /**
     * How it fares.
     *
     * @param files those that it has now
     * @param faults what is wrong with them, by file
     * @param lastGood when what it then said was put in force
     */
    record Status(Set<String> files, SortedMap<String, List<FileFault>> faults, Optional<Instant> lastGood) {

        Status {
            files = Set.copyOf(files);
            faults = Collections.unmodifiableSortedMap(new TreeMap<>(faults));
        }

        boolean isGood() {
            return faults.isEmpty();
        }
    }

    /** What a round came to. */
    enum Round {
        NOTHING_NEW,
        APPLIED,
        /** It is faulty, and was so in the same way before. */
        STILL_FAULTY,
        FAULTY
    }

    /**
     * @param name as it was configured
     * @param configured the names of all that are
     */
    WatchedSource(
            String name,
            Supplier<SourceContent> reader,
            ManifestRegistry registry,
            InstantSource clock,
            Set<String> configured) {
        this.name = name;
        this.reader = reader;
        this.registry = registry;
        this.clock = clock;
        this.configured = configured;
    }

    String name() {
        return name;
    }

    Status status() {
        return status;
    }

    /** Puts what it says in force without waiting for it to stand still. */
    Round start() {
        SourceContent content = reader.get();
        seen = content;
        return attempt(content);
    }

    /** Looks whether it says something new. */
    Round round() {
        SourceContent content = reader.get();
        if (!content.equals(seen)) {
            seen = content;
            return Round.NOTHING_NEW;
        }
        boolean otherwise = refusedAt
                .filter(revision -> !revision.equals(registry.view().revision()))
                .isPresent();
        return content.equals(tried) && !otherwise ? Round.NOTHING_NEW : attempt(content);
    }

    private Round attempt(SourceContent content) {
        tried = content;
        refusedAt = Optional.empty();
        SourceDocuments.Parsed parsed = SourceDocuments.parse(name, content);
        return parsed.faults().isEmpty() ? apply(content, parsed.manifests()) : faulty(content, parsed.faults());
    }

    private Round apply(SourceContent content, List<SourceDocuments.Placed> manifests) {
        List<FileManifest> wanted =
                manifests.stream().map(SourceDocuments.Placed::manifest).toList();
        Revision before = registry.view().revision();
        try {
            return switch (registry.applySource(name, wanted, configured)) {
                case ApplyResult.Applied _ -> {
                    status = new Status(content.files().keySet(), new TreeMap<>(), Optional.of(clock.instant()));
                    yield Round.APPLIED;
                }
                case ApplyResult.Refused(List<Fault> faults) -> {
                    refusedAt = Optional.of(before);
                    yield faulty(content, placed(faults, manifests));
                }
                case ApplyResult.OwnedByFile(ManifestKey key, String file) -> {
                    refusedAt = Optional.of(before);
                    yield faulty(content, owned(key, file, manifests));
                }
                case ApplyResult.PreconditionFailed(ManifestKey key, Revision _) ->
                    throw new IllegalStateException("a file has no precondition, but " + key + " failed one");
            };
        } catch (StoreUnavailableException e) {
            tried = null;
            return faulty(content, whole(e.problem()));
        } catch (TransactionTooLargeException _) {
            return faulty(content, whole("is too much for one transaction of the store"));
        }
    }

    private Round faulty(SourceContent content, SortedMap<String, List<FileFault>> faults) {
        Status before = status;
        status = new Status(content.files().keySet(), faults, before.lastGood());
        return faults.equals(before.faults()) ? Round.STILL_FAULTY : Round.FAULTY;
    }

    /** Finds the files of what the registry refused. */
    private static SortedMap<String, List<FileFault>> placed(
            List<Fault> faults, List<SourceDocuments.Placed> manifests) {
        SortedMap<String, List<FileFault>> placed = new TreeMap<>();
        for (Fault fault : faults) {
            if (fault.document() < manifests.size()) {
                SourceDocuments.Placed manifest = manifests.get(fault.document());
                placed.computeIfAbsent(manifest.manifest().owner().file(), _ -> new ArrayList<>())
                        .add(new FileFault(manifest.line(), fault.path(), fault.reason()));
            } else {
                placed.computeIfAbsent("", _ -> new ArrayList<>()).add(new FileFault(0, fault.path(), fault.reason()));
            }
        }
        return placed;
    }

    private static SortedMap<String, List<FileFault>> owned(
            ManifestKey key, String file, List<SourceDocuments.Placed> manifests) {
        SortedMap<String, List<FileFault>> placed = new TreeMap<>();
        manifests.stream()
                .filter(one -> one.manifest().manifest().key().equals(key))
                .forEach(one -> placed.put(
                        one.manifest().owner().file(),
                        List.of(new FileFault(
                                one.line(), "name", "must not be that of " + key + ", which " + file + " declares"))));
        return placed;
    }

    private static SortedMap<String, List<FileFault>> whole(String reason) {
        SortedMap<String, List<FileFault>> whole = new TreeMap<>();
        whole.put("", List.of(new FileFault(0, "", reason)));
        return whole;
    }
}
