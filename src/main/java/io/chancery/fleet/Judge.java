package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Quarantine;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotListener;
import io.chancery.snapshot.SnapshotUpdate;
import io.chancery.store.StoreUnavailableException;
import io.chancery.store.TransactionTooLargeException;
import io.chancery.xds.Texts;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which versions are held back, and what goes out instead.
 *
 * <p>Safe for use by any thread. Who tells it something does not wait for the decision.
 */
@ThreadSafe
final class Judge implements SnapshotListener, AutoCloseable {

    /*
     * Concurrency
     * -----------
     * Event loops and the compiler's thread only count and queue; one thread decides and writes, so that two decisions
     * about one version never cross. What is queued already is not queued again. Where the store fails, the next refusal of
     * the version, or the next snapshot, queues the same decision again.
     */

    static final int MAX_VERSIONS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Judge.class);
    private static final int MAX_QUEUED = 10_000;

    private final QuarantineRegistry registry;
    private final QuarantineMode mode;
    private final int threshold;
    private final InstantSource clock;
    private final AcceptedVersions accepted = new AcceptedVersions();
    private final RefusalTallies tallies;
    private final Set<String> queued = ConcurrentHashMap.newKeySet();
    private final ThreadPoolExecutor thread;

    /** The last snapshots that were published, by which what is missing is told from what is there. */
    private volatile Collection<Snapshot> current = List.of();

    Judge(QuarantineRegistry registry, QuarantineMode mode, int threshold, InstantSource clock) {
        this.registry = registry;
        this.mode = mode;
        this.threshold = threshold;
        this.clock = clock;
        this.tallies = new RefusalTallies(Math.max(threshold, RefusedVersion.MAX_NODES));
        this.thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                Thread.ofPlatform().name("chancery-quarantine").daemon().factory());
    }

    /** Takes note of versions that a node has accepted. */
    void accepted(List<Resource> resources) {
        if (mode != QuarantineMode.OFF) {
            accepted.accepted(resources);
        }
    }

    /** Takes note of a refusal. */
    void refused(String node, List<Resource> blamed, String message) {
        if (mode == QuarantineMode.OFF) {
            return;
        }
        for (Resource resource : blamed) {
            boolean named = blamed.size() == 1 || Texts.mentions(message, resource.name());
            boolean first = tallies.add(
                    resource.version(),
                    node,
                    Texts.printable(message),
                    named ? RefusalTallies.Blame.NAMED : RefusalTallies.Blame.SUSPECTED);
            if (tallies.nodesThatRefused(resource.version()) >= threshold && (first || isUndecided(resource))) {
                later("refused " + resource.version(), () -> decide(resource));
            }
        }
    }

    private boolean isUndecided(Resource resource) {
        return registry.version(resource.version()).isEmpty();
    }

    @Override
    public CompletableFuture<?> published(SnapshotUpdate update) {
        current = update.groups().values().stream()
                .map(SnapshotUpdate.GroupUpdate::snapshot)
                .toList();
        noteNames(update);
        for (String version : update.outdated()) {
            later("outdated " + version, () -> registry.remove(version));
        }
        for (Quarantine.HeldBack held : registry.view().held().values()) {
            if (held.instead().isPresent() && isIncomplete(held, held.instead().get())) {
                later("companions " + held.version(), () -> complete(held.version()));
            }
        }
        return CompletableFuture.completedFuture(null);
    }

    private void noteNames(SnapshotUpdate update) {
        for (SnapshotUpdate.GroupUpdate group : update.groups().values()) {
            group.changed().forEach((type, names) -> {
                for (String name : names) {
                    Quarantine.ResourceName resource = new Quarantine.ResourceName(type, name);
                    if (isAnywhere(new Reference(type, name))) {
                        accepted.there(resource);
                    } else {
                        accepted.gone(resource);
                    }
                }
            });
        }
    }

    private boolean isAnywhere(Reference reference) {
        return current.stream()
                .anyMatch(snapshot -> snapshot.resources(reference.type()).get(reference.name()) != null);
    }

    /** Whether some of what the replacement names has gone since. */
    private boolean isIncomplete(Quarantine.HeldBack held, Resource good) {
        Predicate<Reference> missing = missingFor(held.resource(), held.version());
        return good.references().stream().anyMatch(missing)
                || held.companions().stream()
                        .flatMap(companion -> companion.references().stream())
                        .anyMatch(missing);
    }

    /** What is missing in a snapshot that the version belongs in. */
    private Predicate<Reference> missingFor(Quarantine.ResourceName name, String version) {
        List<Snapshot> concerned = current.stream()
                .filter(snapshot -> {
                    ResourceSet set = snapshot.resources(name.type());
                    @Nullable Resource resource = set.get(name.name());
                    return set.isWithheld(name.name(), version)
                            || (resource != null && resource.version().equals(version));
                })
                .toList();
        return reference -> concerned.stream()
                .anyMatch(snapshot -> snapshot.resources(reference.type()).get(reference.name()) == null);
    }

    private void later(String what, Runnable task) {
        if (!queued.add(what)) {
            return;
        }
        try {
            thread.execute(() -> {
                queued.remove(what);
                attempt(what, task);
            });
        } catch (RejectedExecutionException e) {
            queued.remove(what);
            LOG.debug("A decision about a refused version is dropped: {}", what, e);
        }
    }

    private static void attempt(String what, Runnable task) {
        try {
            task.run();
        } catch (StoreUnavailableException e) {
            LOG.warn("The quarantine cannot be written what={} reason={}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("A decision about a refused version failed what={}", what, e);
        }
    }

    private void decide(Resource refused) {
        RefusalTallies.Count count = tallies.of(refused.version());
        if (!isUndecided(refused)) {
            var _ = registry.change(refused.version(), known -> known.with(joined(known.refusal(), count.nodes())));
            return;
        }
        if (registry.size() >= MAX_VERSIONS) {
            LOG.warn(
                    "A refused version is not held back, as {} are already type={} resource={} version={}",
                    MAX_VERSIONS,
                    refused.type().shortName(),
                    Texts.printable(refused.name()),
                    refused.version());
            return;
        }
        Optional<Resource> good = accepted.lastBeside(refused, this::isGood);
        Quarantine.ResourceName name = new Quarantine.ResourceName(refused.type(), refused.name());
        RefusedVersion.Replacement replacement = new RefusedVersion.Replacement(
                good,
                good.map(one -> accepted.companions(
                                List.of(one), missingFor(name, refused.version()), goodFor(refused.origin())))
                        .orElse(List.of()));
        RefusedVersion decided = new RefusedVersion(
                name,
                refused.version(),
                isToBeHeld(refused, good, count) ? RefusedVersion.State.HELD : RefusedVersion.State.REPORTED,
                refused.origin(),
                replacement,
                joined(new RefusedVersion.Cause(count.message(), List.of()), count.nodes()),
                clock.instant());
        try {
            registry.add(decided);
        } catch (TransactionTooLargeException e) {
            decided = decided.with(RefusedVersion.Replacement.NONE).in(RefusedVersion.State.REPORTED, decided.time());
            registry.add(decided);
        }
        log(decided);
    }

    /**
     * A version that other nodes accepted stays where there is nothing better, and where the node that refused it named
     * nothing: one node that can take nothing at all must not hold everything back from all.
     */
    private boolean isToBeHeld(Resource refused, Optional<Resource> good, RefusalTallies.Count count) {
        if (mode != QuarantineMode.ROLLBACK) {
            return false;
        }
        return !accepted.has(refused) || (good.isPresent() && count.blame() == RefusalTallies.Blame.NAMED);
    }

    private Predicate<Resource> goodFor(Origin refused) {
        return resource -> isGood(resource) && resource.origin().isFitFor(refused);
    }

    private boolean isGood(Resource resource) {
        boolean refusedByEnough = tallies.nodesThatRefused(resource.version()) >= threshold;
        return registry.version(resource.version())
                .map(known -> known.state() == RefusedVersion.State.RELEASED)
                .orElse(!refusedByEnough);
    }

    private static RefusedVersion.Cause joined(RefusedVersion.Cause known, List<String> nodes) {
        Set<String> all = new LinkedHashSet<>(known.nodes());
        all.addAll(nodes);
        return new RefusedVersion.Cause(
                known.message(),
                all.stream().limit(RefusedVersion.MAX_NODES).sorted().toList());
    }

    /** Adds what the replacement names and is gone now. */
    private void complete(String version) {
        var _ = registry.change(version, known -> {
            Optional<Resource> good = known.replacement().good();
            if (good.isEmpty()) {
                return known;
            }
            List<Resource> all = new ArrayList<>(known.replacement().companions());
            List<Resource> roots = new ArrayList<>(all);
            roots.add(good.get());
            for (Resource companion :
                    accepted.companions(roots, missingFor(known.resource(), version), goodFor(known.origin()))) {
                if (all.stream().noneMatch(one -> isSame(one, companion))) {
                    all.add(companion);
                }
            }
            return known.with(new RefusedVersion.Replacement(good, all));
        });
    }

    private static boolean isSame(Resource one, Resource other) {
        return one.type() == other.type() && one.name().equals(other.name());
    }

    private static void log(RefusedVersion decided) {
        LOG.warn(
                "Refused by nodes: {} type={} resource={} version={} instead={} revision={} author={} nodes={} message={}",
                decided.state() == RefusedVersion.State.HELD ? "held back" : "not held back",
                decided.resource().type().shortName(),
                Texts.printable(decided.resource().name()),
                decided.version(),
                decided.replacement().good().map(Resource::version).orElse("none"),
                decided.origin().revision().value(),
                Texts.printable(decided.origin().author()),
                decided.refusal().nodes().size(),
                decided.refusal().message());
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException e) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
