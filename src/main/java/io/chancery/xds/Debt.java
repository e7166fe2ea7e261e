package io.chancery.xds;

import io.chancery.model.GlobName;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a client is owed of one type, by name, until the next response is chosen. Used by one thread. */
final class Debt {

    /** To be looked at, as they are different from what the client may have. */
    private final Set<String> changed = new LinkedHashSet<>(2);

    /** To be told, also if they are unchanged. */
    private final Set<String> names = new LinkedHashSet<>(2);

    /** The same of all that is in force under names that begin so, as far as the client wants it. */
    private final Set<String> prefixes = new LinkedHashSet<>(0);

    /** The same of everything that the client wants. */
    private boolean all;

    /** Whether what is in force must be compared with what the client has, as it refused a part. */
    private boolean recheck;

    /** Versions that the client has from another stream, by name. */
    private Map<String, String> held = Map.of();

    /** Takes what a request leads to. */
    void ask(Subscription.Step step) {
        Subscription subscription = step.next();
        names.addAll(step.owed());
        names.removeIf(name -> !subscription.wants(name));
        all = subscription.wildcard() && (all || step.owesAll());
        if (!step.held().isEmpty()) {
            held = step.held();
        } else if (!held.isEmpty()) {
            // Whatever the client asks for again before it reads the first answer it no longer has.
            held = step.owesAll() ? Map.of() : without(held, step.owed()::contains);
        }
    }

    void changed(String name) {
        changed.add(name);
    }

    void changed(Collection<String> more) {
        changed.addAll(more);
    }

    void owe(String name) {
        names.add(name);
    }

    void owe(Collection<String> more) {
        names.addAll(more);
    }

    void oweUnder(String prefix) {
        prefixes.add(prefix);
    }

    void recheck() {
        recheck = true;
    }

    /** The client has given up what it brought under these names. */
    void gaveUp(Predicate<String> gone) {
        if (!held.isEmpty()) {
            held = without(held, gone);
        }
    }

    /** The client has everything already. */
    void remit() {
        all = false;
        names.clear();
        changed.clear();
    }

    /** A response was chosen. */
    void settle(Collection<String> waiting, Collection<String> left) {
        changed.clear();
        changed.addAll(waiting);
        names.clear();
        names.addAll(left);
        prefixes.clear();
        all = false;
        recheck = false;
        held = Map.of();
    }

    boolean isDue() {
        return all || recheck || !names.isEmpty() || !prefixes.isEmpty() || !changed.isEmpty();
    }

    /** Whether the client must be told of the name also if it is unchanged. */
    boolean has(String name) {
        return all
                || names.contains(name)
                || (!names.isEmpty()
                        && GlobName.of(name).filter(names::contains).isPresent())
                || (!prefixes.isEmpty() && prefixes.stream().anyMatch(name::startsWith));
    }

    boolean hasAll() {
        return all;
    }

    boolean isRecheck() {
        return recheck;
    }

    Set<String> changed() {
        return changed;
    }

    Set<String> names() {
        return names;
    }

    Set<String> prefixes() {
        return prefixes;
    }

    Map<String, String> held() {
        return held;
    }

    private static Map<String, String> without(Map<String, String> versions, Predicate<String> gone) {
        Map<String, String> rest = new HashMap<>(versions);
        rest.keySet().removeIf(gone);
        return rest;
    }
}
