package io.chancery.files;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.FileOwner;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files and folders that are watched. Each is looked at twice a second: by that an edit, a replaced file and a swapped
 * link are all seen, on every file system. What a file declares belongs to it, and to nobody at the API.
 */
@ThreadSafe
public final class FileSources implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * Sources are looked at by one thread: that of start(), and after it the scheduler's. What others read of them is an
     * immutable value behind a volatile field.
     */

    private static final Logger LOG = LoggerFactory.getLogger(FileSources.class);
    private static final long PERIOD_MILLIS = 500;

    private final List<WatchedSource> sources = new CopyOnWriteArrayList<>();
    private final Set<String> configured;
    private final ManifestRegistry registry;
    private final InstantSource clock;
    private final FilesMetrics metrics;
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("chancery-files").daemon().factory());

    /** @param files what to watch, as it was configured; paths relative to the working directory, or absolute */
    FileSources(List<String> files, ManifestRegistry registry, InstantSource clock, MeterRegistry meters) {
        this.configured = Set.copyOf(files);
        this.registry = registry;
        this.clock = clock;
        for (String file : files) {
            SourceReader reader = new SourceReader(Path.of(file));
            sources.add(new WatchedSource(file, reader::read, registry, clock, configured));
        }
        this.metrics = new FilesMetrics(meters, this);
    }

    /** Loads them, then watches. */
    void start() {
        load();
        if (!sources.isEmpty()) {
            var _ = scheduler.scheduleWithFixedDelay(
                    this::safeRound, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Puts in force what they say, and removes what was declared by those that are not watched any longer. */
    void load() {
        for (WatchedSource source : sources) {
            record(source, source.start());
        }
        for (String source : abandoned()) {
            WatchedSource gone = new WatchedSource(source, () -> SourceContent.EMPTY, registry, clock, configured);
            sources.add(gone);
            record(gone, gone.start());
        }
        // What needed something that another one declares.
        round();
    }

    private Set<String> abandoned() {
        return registry.view().manifests().values().stream()
                .flatMap(declared -> declared.owner().stream())
                .map(FileOwner::source)
                .filter(source -> !configured.contains(source))
                .collect(Collectors.toSet());
    }

    private void safeRound() {
        try {
            round();
        } catch (RuntimeException e) {
            LOG.error("The watched files could not be looked at.", e);
        }
    }

    /** Looks at all of them once. */
    void round() {
        for (WatchedSource source : sources) {
            record(source, source.round());
        }
        sources.removeIf(
                source -> !configured.contains(source.name()) && source.status().isGood());
    }

    private void record(WatchedSource source, WatchedSource.Round round) {
        switch (round) {
            case NOTHING_NEW, STILL_FAULTY -> {}
            case APPLIED -> {
                metrics.recordApplied();
                LOG.info(
                        "Manifests from a file are in force. source={} files={} revision={}",
                        source.name(),
                        source.status().files().size(),
                        registry.view().revision().value());
            }
            case FAULTY -> {
                metrics.recordFaulty();
                source.status()
                        .faults()
                        .forEach((file, faults) -> LOG.warn(
                                "A watched file is faulty; what it declared last stays. file={} faults={} line={}"
                                        + " field={} reason={}",
                                new FileOwner(source.name(), file),
                                faults.size(),
                                faults.getFirst().line(),
                                faults.getFirst().field(),
                                faults.getFirst().reason()));
            }
        }
    }

    /** How many files and folders are watched. */
    public int watched() {
        return sources.size();
    }

    /** How many of them say something that is not in force. */
    public long faulty() {
        return sources.stream().filter(source -> !source.status().isGood()).count();
    }

    /** How each file fares, by its path. */
    public NavigableMap<String, FileStatus> files() {
        SortedMap<FileOwner, List<ManifestKey>> owned = new TreeMap<>();
        for (DeclaredManifest declared : registry.view().manifests().values()) {
            declared.owner()
                    .ifPresent(owner -> owned.computeIfAbsent(owner, _ -> new ArrayList<>())
                            .add(declared.manifest().key()));
        }
        NavigableMap<String, FileStatus> files = new TreeMap<>();
        for (WatchedSource source : sources) {
            WatchedSource.Status status = source.status();
            Set<FileOwner> all = status.files().stream()
                    .map(file -> new FileOwner(source.name(), file))
                    .collect(Collectors.toCollection(TreeSet::new));
            status.faults().keySet().forEach(file -> all.add(new FileOwner(source.name(), file)));
            owned.keySet().stream()
                    .filter(owner -> owner.source().equals(source.name()))
                    .forEach(all::add);
            for (FileOwner file : all) {
                files.put(file.toString(), statusOf(file, status, owned.getOrDefault(file, List.of())));
            }
        }
        return files;
    }

    private static FileStatus statusOf(FileOwner file, WatchedSource.Status status, List<ManifestKey> manifests) {
        List<FileFault> faults =
                Optional.ofNullable(status.faults().get(file.file())).orElse(List.of());
        FileStatus.State state = status.isGood() ? FileStatus.State.GOOD : FileStatus.State.HELD;
        return new FileStatus(
                file, faults.isEmpty() ? state : FileStatus.State.FAULTY, manifests, status.lastGood(), faults);
    }

    /** Ends the watching; what was declared stays. */
    @Override
    public void close() {
        scheduler.close();
    }
}
