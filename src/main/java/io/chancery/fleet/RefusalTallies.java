package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How many nodes refused each version since this process started. Bounded; safe for use by any thread. */
@ThreadSafe
final class RefusalTallies {

    /** The most that a threshold may be. */
    static final int MAX_NODES = 1_000;

    static final int MAX_VERSIONS = 5_000;

    private final int maxNodes;

    /** In the order of the last refusal. */
    @GuardedBy("this")
    private final SequencedMap<String, Tally> byVersion = new LinkedHashMap<>();

    /** @param maxNodes how many nodes are counted for each version */
    RefusalTallies(int maxNodes) {
        this.maxNodes = maxNodes;
    }

    /** How certain it is that a refusal is about one resource. */
    enum Blame {
        /** The node named it, or nothing else was new. */
        NAMED,
        /** The node named none of several. */
        SUSPECTED
    }

    private static final class Tally {
        private final String message;
        private final TreeSet<String> nodes = new TreeSet<>();
        private boolean named;

        Tally(String message) {
            this.message = message;
        }
    }

    /**
     * What nodes said to one version.
     *
     * @param message the first node's words
     * @param nodes sorted
     */
    record Count(String message, List<String> nodes, Blame blame) {

        static final Count NONE = new Count("", List.of(), Blame.SUSPECTED);
    }

    /** Counts a refusal, and returns whether it is the first of this version by this node. */
    synchronized boolean add(String version, String node, String message, Blame blame) {
        @Nullable Tally tally = byVersion.remove(version);
        if (tally == null) {
            tally = new Tally(message);
        }
        byVersion.putLast(version, tally);
        if (byVersion.size() > MAX_VERSIONS) {
            byVersion.pollFirstEntry();
        }
        tally.named |= blame == Blame.NAMED;
        return tally.nodes.size() < maxNodes && tally.nodes.add(node);
    }

    synchronized Count of(String version) {
        @Nullable Tally tally = byVersion.get(version);
        return tally == null
                ? Count.NONE
                : new Count(tally.message, new ArrayList<>(tally.nodes), tally.named ? Blame.NAMED : Blame.SUSPECTED);
    }

    synchronized int nodesThatRefused(String version) {
        @Nullable Tally tally = byVersion.get(version);
        return tally == null ? 0 : tally.nodes.size();
    }
}
