package io.chancery.manifest;

import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
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

    private final LiveView view;
    private final List<Change> changes;
    private final ApplyOptions options;
    private final Map<ManifestKey, Integer> places = new HashMap<>();

    ChangePlan(LiveView view, List<Change> changes, ApplyOptions options) {
        this.view = view;
        this.changes = changes;
        this.options = options;
    }

    List<Change> changes() {
        return changes;
    }

    /** Why the changes may not be made, or empty; to be called first. */
    Optional<ApplyResult> refusal() {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            ManifestKey key = changes.get(i).key();
            @Nullable Integer before = places.putIfAbsent(key, i);
            if (before != null) {
                faults.add(new Fault(i, "name", "must not be that of " + key + ", which document " + before + " has"));
            }
        }
        if (faults.isEmpty()) {
            findRivals(faults);
        }
        return faults.isEmpty() ? failedPrecondition() : Optional.of(new ApplyResult.Refused(faults));
    }

    /** All that speaks against the changes, conditions that do not hold among it; to be called instead of {@link #refusal}. */
    List<Fault> objections() {
        List<Fault> found = new ArrayList<>();
        if (refusal().orElse(null) instanceof ApplyResult.Refused(List<Fault> faults)) {
            found.addAll(faults);
        }
        for (int i = 0; i < changes.size(); i++) {
            if (!holds(changes.get(i).precondition(), existing(key(i)))) {
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
            if (!holds(change.precondition(), existing)) {
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
        return changes.stream()
                .map(change -> new Effect(
                        change.key(),
                        outcome(change),
                        outcome(change) == Outcome.UNCHANGED ? lastChange(change.key()) : committed))
                .toList();
    }

    private Outcome outcome(Change change) {
        Optional<DeclaredManifest> existing = existing(change.key());
        return switch (change) {
            case Change.Put(Manifest manifest, Precondition _) -> {
                if (existing.isEmpty()) {
                    yield Outcome.CREATED;
                }
                yield existing.get().manifest().equals(manifest) ? Outcome.UNCHANGED : Outcome.CHANGED;
            }
            case Change.Delete _ -> existing.isEmpty() ? Outcome.UNCHANGED : Outcome.DELETED;
        };
    }

    /**
     * Returns the transaction, with the change's entry in the history, or empty if everything holds already.
     *
     * @param upkeep what else is to be done with it
     */
    Optional<Transaction> toTransaction(Instant now, List<Operation> upkeep) {
        List<Operation> operations = new ArrayList<>();
        List<HistoryCodec.Step> steps = new ArrayList<>();
        for (Change change : changes) {
            if (outcome(change) != Outcome.UNCHANGED) {
                String key = Keys.of(change.key());
                Optional<byte[]> value = switch (change) {
                    case Change.Put(Manifest manifest, Precondition _) ->
                        Optional.of(ManifestCodec.encode(manifest, now, options.author()));
                    case Change.Delete _ -> Optional.empty();
                };
                operations.add(value.isPresent() ? new Operation.Put(key, value.get()) : new Operation.Delete(key));
                steps.add(new HistoryCodec.Step(change.key(), existing(change.key()), value));
            }
        }
        if (operations.isEmpty()) {
            return Optional.empty();
        }
        operations.add(new Operation.Put(Keys.GUARD, WRITTEN));
        operations.add(
                new Operation.Put(HistoryCodec.keyAfter(view.guard()), HistoryCodec.encode(now, options, steps)));
        operations.addAll(upkeep);
        return Optional.of(new Transaction(List.of(new Transaction.Expectation(Keys.GUARD, view.guard())), operations));
    }

    /** Two manifests must not declare the same resource for the same nodes: none could say which one counts. */
    private void findRivals(List<Fault> faults) {
        Map<LiveView.Declared, List<Integer>> wanted = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Change.Put(Manifest manifest, Precondition _)
                    && manifest.spec() instanceof Spec.RawResource raw) {
                LiveView.Declared resource = new LiveView.Declared(raw.type(), raw.resourceName());
                List<Integer> before = wanted.computeIfAbsent(resource, _ -> new ArrayList<>());
                for (ManifestKey rival : rivals(manifest, resource, before)) {
                    faults.add(new Fault(
                            i,
                            "spec",
                            "must not declare the same resource for the same nodes as " + rival + " does; " + key(i)
                                    + " and it need different names in their specs, or different nodes"));
                }
                before.add(i);
            }
        }
    }

    private List<ManifestKey> rivals(Manifest manifest, LiveView.Declared resource, List<Integer> before) {
        List<ManifestKey> rivals = new ArrayList<>();
        for (ManifestKey key : view.declaring(resource)) {
            if (!places.containsKey(key)
                    && existing(key).orElseThrow().manifest().nodes().equals(manifest.nodes())) {
                rivals.add(key);
            }
        }
        for (int i : before) {
            if (changes.get(i) instanceof Change.Put(Manifest other, Precondition _)
                    && other.nodes().equals(manifest.nodes())) {
                rivals.add(other.key());
            }
        }
        return rivals;
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

    private static boolean holds(Precondition precondition, Optional<DeclaredManifest> existing) {
        return switch (precondition) {
            case Precondition.None _ -> true;
            case Precondition.Absent _ -> existing.isEmpty();
            case Precondition.Present _ -> existing.isPresent();
            case Precondition.At(Revision revision) ->
                existing.map(DeclaredManifest::revision).equals(Optional.of(revision));
        };
    }
}
