package io.chancery.manifest;

import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.Operation;
import io.chancery.store.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What it takes to make a list of changes, seen from one view, and why it may not be done. */
final class ChangePlan {

    private static final byte[] WRITTEN = {1};
    private static final String SPEC = "spec";

    private final LiveView view;
    private final ServiceDirectory services;
    private final List<Change> changes;
    private final Writer writer;
    private final ApplyOptions options;
    private final Map<ManifestKey, Integer> places = new HashMap<>();

    /** @param services those that are registered */
    ChangePlan(LiveView view, ServiceDirectory services, List<Change> changes, Writer writer, ApplyOptions options) {
        this.view = view;
        this.services = services;
        this.changes = changes;
        this.writer = writer;
        this.options = options;
    }

    List<Change> changes() {
        return changes;
    }

    /**
     * Why the changes may not be made, or empty; to be called first.
     *
     * @param now at which certificates must be valid
     */
    Optional<ApplyResult> refusal(Instant now) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            ManifestKey key = changes.get(i).key();
            @Nullable Integer before = places.putIfAbsent(key, i);
            if (before != null) {
                faults.add(new Fault(i, "name", "must not be that of " + key + ", which document " + before + " has"));
            }
        }
        if (faults.isEmpty()) {
            faults.addAll(new RivalCheck(view, changes).faults());
            findSpecsThatFail(now, faults);
            if (options.references() == ApplyOptions.References.CHECKED) {
                faults.addAll(new ReferenceCheck(view, services, changes).faults());
                faults.addAll(LossCheck.faults(view, changes, services.policy()));
                faults.addAll(ShardCheck.faults(view, changes));
            }
        }
        return faults.isEmpty() ? owned().or(this::failedPrecondition) : Optional.of(new ApplyResult.Refused(faults));
    }

    private Optional<ApplyResult> owned() {
        for (int i = 0; i < changes.size(); i++) {
            Optional<FileOwner> owner = fileThatForbids(i);
            if (owner.isPresent()) {
                return Optional.of(
                        new ApplyResult.OwnedByFile(key(i), owner.get().toString()));
            }
        }
        return Optional.empty();
    }

    private List<Fault> ownedByFiles() {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            int place = i;
            fileThatForbids(i)
                    .ifPresent(owner -> faults.add(
                            new Fault(place, "", "must be changed in " + owner + ", which declares " + key(place))));
        }
        return faults;
    }

    /** Saying again what the file says is no change. */
    private Optional<FileOwner> fileThatForbids(int change) {
        return existing(key(change))
                .flatMap(DeclaredManifest::owner)
                .filter(file -> !writer.mayTakeFrom(file) && !holds(change));
    }

    /**
     * All that speaks against the changes, conditions that do not hold among it; to be called instead of {@link #refusal}.
     *
     * @param now at which certificates must be valid
     */
    List<Fault> objections(Instant now) {
        List<Fault> found = new ArrayList<>();
        if (refusal(now).orElse(null) instanceof ApplyResult.Refused(List<Fault> faults)) {
            found.addAll(faults);
        }
        found.addAll(ownedByFiles());
        for (int i = 0; i < changes.size(); i++) {
            if (!changes.get(i).precondition().holds(existing(key(i)).map(DeclaredManifest::revision))) {
                Revision actual = lastChange(key(i));
                found.add(new Fault(
                        i,
                        "revision",
                        "must be that of " + key(i) + ", which "
                                + (actual.equals(Revision.ZERO)
                                        ? "does not exist"
                                        : "is at revision " + actual.value())));
            }
        }
        return found;
    }

    private Optional<ApplyResult> failedPrecondition() {
        for (Change change : changes) {
            Optional<DeclaredManifest> existing = existing(change.key());
            if (!change.precondition().holds(existing.map(DeclaredManifest::revision))) {
                return Optional.of(new ApplyResult.PreconditionFailed(change.key(), lastChange(change.key())));
            }
        }
        return Optional.empty();
    }

    /**
     * What becomes of each manifest, in the order of the changes.
     *
     * @param committed at which the transaction was
     */
    List<Effect> effects(Revision committed) {
        List<Effect> effects = new ArrayList<>(changes.size());
        for (int i = 0; i < changes.size(); i++) {
            Outcome outcome = outcome(i);
            effects.add(new Effect(key(i), outcome, outcome == Outcome.UNCHANGED ? lastChange(key(i)) : committed));
        }
        return effects;
    }

    private Outcome outcome(int change) {
        Optional<DeclaredManifest> existing = existing(key(change));
        return switch (changes.get(change)) {
            case Change.Put _ -> {
                if (existing.isEmpty()) {
                    yield Outcome.CREATED;
                }
                yield holds(change) && isMarked(change, existing.get()) ? Outcome.UNCHANGED : Outcome.CHANGED;
            }
            case Change.Delete _ -> existing.isEmpty() ? Outcome.UNCHANGED : Outcome.DELETED;
        };
    }

    /** Whether what the change asks for is so, whoever declared it. */
    private boolean holds(int change) {
        Optional<DeclaredManifest> existing = existing(key(change));
        return switch (changes.get(change)) {
            case Change.Put(Manifest manifest, Precondition _) ->
                existing.map(DeclaredManifest::manifest).equals(Optional.of(manifest));
            case Change.Delete _ -> existing.isEmpty();
        };
    }

    /** Whether a manifest belongs to the file of the change; a person leaves it to the file that it belongs to. */
    private boolean isMarked(int change, DeclaredManifest existing) {
        Optional<FileOwner> owner = writer.ownerAt(change);
        return owner.isEmpty() || owner.equals(existing.owner());
    }

    /**
     * Returns the transaction, with the change's entry in the history, or empty if everything holds already.
     *
     * @param upkeep what else is to be done with it
     */
    Optional<Transaction> toTransaction(Instant now, HistoryCodec codec, List<Operation> upkeep) {
        List<Operation> operations = new ArrayList<>();
        List<HistoryCodec.Step> steps = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (outcome(i) != Outcome.UNCHANGED) {
                String key = Keys.of(key(i));
                Optional<FileOwner> owner = writer.ownerAt(i);
                Optional<byte[]> value = switch (changes.get(i)) {
                    case Change.Put(Manifest manifest, Precondition _) ->
                        Optional.of(codec.manifests().encode(manifest, now, options.author(), owner));
                    case Change.Delete _ -> Optional.empty();
                };
                operations.add(value.isPresent() ? new Operation.Put(key, value.get()) : new Operation.Delete(key));
                steps.add(new HistoryCodec.Step(key(i), existing(key(i)), value));
            }
        }
        if (operations.isEmpty()) {
            return Optional.empty();
        }
        operations.add(new Operation.Put(Keys.GUARD, WRITTEN));
        String entry = HistoryCodec.keyAfter(view.guard());
        operations.add(new Operation.Put(entry, codec.encode(entry, now, options, steps)));
        operations.addAll(upkeep);
        return Optional.of(new Transaction(List.of(new Transaction.Expectation(Keys.GUARD, view.guard())), operations));
    }

    /** What is there already stays allowed. */
    private void findSpecsThatFail(Instant now, List<Fault> faults) {
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Change.Put(Manifest manifest, Precondition _)
                    && !existing(manifest.key()).map(DeclaredManifest::manifest).equals(Optional.of(manifest))) {
                Faults own = new Faults(i);
                if (manifest.spec() instanceof SecretSpec secret) {
                    SecretRules.check(secret, SPEC, now, own);
                }
                if (manifest.spec() instanceof RuntimeLayer layer) {
                    ShuffleShardingRules.check(layer, SPEC, own);
                }
                faults.addAll(own.found());
            }
        }
    }

    private ManifestKey key(int change) {
        return changes.get(change).key();
    }

    private Revision lastChange(ManifestKey key) {
        return existing(key).map(DeclaredManifest::revision).orElse(Revision.ZERO);
    }

    private Optional<DeclaredManifest> existing(ManifestKey key) {
        return view.manifests().manifest(key);
    }
}
