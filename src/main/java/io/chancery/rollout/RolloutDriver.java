package io.chancery.rollout;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.ApplyOptions;
import io.chancery.manifest.ApplyOptions.References;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Fault;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.StoreUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes changes of shards on from step to step, halts those that nodes refuse, and removes what holds for customers until a
 * time that has come. All that it knows is in the manifests; several processes that do so on one store do no harm to each other.
 * All methods may be called from any thread.
 */
@ThreadSafe
public final class RolloutDriver implements AutoCloseable {

    /*
     * Every write expects the manifest at the revision that was looked at, so of two who see the same step end one takes the
     * change on, and the other finds it taken on when it looks again, a beat later.
     */

    /** Who writes the steps of changes. */
    public static final String STEPS = "rollout";

    /** Who removes overrides that have expired. */
    public static final String EXPIRY = "expiry";

    /** How late something may come: with what a commit takes, less than a second. */
    static final Duration BEAT = Duration.ofMillis(250);

    private static final Logger LOG = LoggerFactory.getLogger(RolloutDriver.class);

    private final ManifestRegistry registry;
    private final Evidence evidence;
    private final InstantSource clock;
    private final RolloutMetrics metrics;
    private final Map<ManifestKey, Expiry> expiries = new ConcurrentHashMap<>();
    private final Map<ManifestKey, Obstacle> obstacles = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable ScheduledExecutorService> running = new AtomicReference<>();

    /** When something in a manifest, as it was at a revision, expires first. */
    private record Expiry(Revision revision, Optional<Instant> first) {}

    /** Why a manifest, as it was at a revision, could not be written. */
    private record Obstacle(Revision revision, String reason) {}

    /** Nothing goes on by itself before it is started. */
    RolloutDriver(ManifestRegistry registry, Evidence evidence, InstantSource clock, MeterRegistry meters) {
        this.registry = registry;
        this.evidence = evidence;
        this.clock = clock;
        this.metrics = new RolloutMetrics(meters, registry);
    }

    /** Begins to run by itself, on the scheduler, which it owns from now on. */
    void start(ScheduledExecutorService scheduler) {
        running.set(scheduler);
        var _ = scheduler.scheduleWithFixedDelay(this::run, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does what is due by now. */
    void run() {
        try {
            Map<ManifestKey, DeclaredManifest> declared = registry.view().ofKind(ManifestKind.SHUFFLE_SHARD);
            expiries.keySet().retainAll(declared.keySet());
            obstacles.keySet().retainAll(declared.keySet());
            for (ManifestKey key : declared.keySet()) {
                expire(key);
                takeOn(key);
            }
        } catch (StoreUnavailableException e) {
            LOG.warn("Changes of shards cannot go on now, and will later. reason={}", e.getMessage());
        } catch (RuntimeException e) {
            // A schedule ends with its first exception; the other changes must go on all the same.
            LOG.error("Changes of shards do not go on, which will be tried again", e);
        }
    }

    private void expire(ManifestKey key) {
        Optional<Sharded> found = find(key);
        if (found.isEmpty()) {
            return;
        }
        DeclaredManifest declared = found.get().declared();
        ShuffleShard policy = found.get().policy();
        @Nullable Expiry known = expiries.get(key);
        if (known == null || !known.revision().equals(declared.revision())) {
            known = new Expiry(declared.revision(), Course.firstExpiry(policy));
            expiries.put(key, known);
        }
        Instant now = clock.instant();
        if (known.first().filter(end -> !now.isBefore(end)).isEmpty()) {
            return;
        }
        ShuffleShard left = Course.unexpired(policy, now);
        int count = policy.customers().size() - left.customers().size();
        String reason = count == 1 ? "an override has expired" : count + " overrides have expired";
        if (write(declared, left, options(EXPIRY, reason))) {
            metrics.recordExpired(count);
            LOG.info("Overrides of customers have expired manifest={} count={}", key, count);
        }
    }

    private void takeOn(ManifestKey key) {
        Optional<Sharded> found = find(key);
        Optional<ShardRollout> rollout = found.flatMap(one -> one.policy().rollout());
        if (found.isEmpty() || rollout.isEmpty()) {
            evidence.forget(key);
            return;
        }
        DeclaredManifest declared = found.get().declared();
        Figures figures = evidence.figures(declared, rollout.get());
        Optional<Move> move = Course.next(found.get().policy(), clock.instant(), figures);
        if (move.isPresent()
                && write(
                        declared, move.get().policy(), options(STEPS, move.get().reason()))) {
            record(key, move.get());
        }
    }

    private void record(ManifestKey key, Move move) {
        metrics.recordMove(move.kind());
        switch (move.kind()) {
            case BEGUN, ADVANCED, FINISHED ->
                LOG.info("A change of shards goes on manifest={} reason={}", key, move.reason());
            case HALTED -> LOG.warn("A change of shards is halted manifest={} reason={}", key, move.reason());
        }
    }

    /** A manifest and what it says. */
    private record Sharded(DeclaredManifest declared, ShuffleShard policy) {}

    private Optional<Sharded> find(ManifestKey key) {
        return registry.view()
                .manifest(key)
                .flatMap(declared -> declared.manifest().spec() instanceof ShuffleShard policy
                        ? Optional.of(new Sharded(declared, policy))
                        : Optional.empty());
    }

    /** What a manifest refers to may have gone since; that is not to keep a change where it is. */
    private static ApplyOptions options(String author, String reason) {
        return ApplyOptions.by(author).because(reason).with(References.UNCHECKED);
    }

    /** Returns whether it is written; if not, the next beat looks again. */
    private boolean write(DeclaredManifest declared, ShuffleShard policy, ApplyOptions options) {
        Manifest now = declared.manifest();
        Change change = new Change.Put(
                new Manifest(now.key(), now.nodes(), now.labels(), policy), new Precondition.At(declared.revision()));
        return switch (registry.apply(List.of(change), options)) {
            case ApplyResult.Applied(Revision _, List<Effect> _) -> true;
            case ApplyResult.PreconditionFailed _ -> false;
            case ApplyResult.OwnedByFile(ManifestKey _, String file) ->
                stuck(declared, "the manifest is declared by " + file + ", where Chancery cannot write");
            case ApplyResult.Refused(List<Fault> faults) ->
                stuck(
                        declared,
                        "the manifest would be refused: " + faults.getFirst().path() + ' '
                                + faults.getFirst().reason());
        };
    }

    private boolean stuck(DeclaredManifest declared, String reason) {
        ManifestKey key = declared.manifest().key();
        Obstacle obstacle = new Obstacle(declared.revision(), reason);
        if (!obstacle.equals(obstacles.put(key, obstacle))) {
            LOG.warn(
                    "A change of shards or the end of an override cannot be written manifest={} reason={}",
                    key,
                    reason);
        }
        return false;
    }

    /** Why what is due in a manifest, as it is, could not be written. */
    Optional<String> obstacle(DeclaredManifest declared) {
        return Optional.ofNullable(obstacles.get(declared.manifest().key()))
                .filter(obstacle -> obstacle.revision().equals(declared.revision()))
                .map(Obstacle::reason);
    }

    @Override
    public void close() {
        @Nullable ScheduledExecutorService scheduler = running.getAndSet(null);
        if (scheduler != null) {
            scheduler.close();
        }
    }
}
