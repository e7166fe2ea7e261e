package io.chancery.registry;

import io.chancery.model.EndpointId;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;

/**
 * How many endpoints a service has that are well, how many it had of late, and which of those that it has ceased to be
 * well. A value: its rules know no clock.
 *
 * @param sound endpoints that take requests and that nothing speaks against
 * @param peaks the most there were in each second in which it changed, by second
 * @param fallen those that are there still but ceased to be sound, by the second in which they did
 * @param suspected those that are kept in use all the same; as long as there are any, nothing is forgotten
 */
record LossWindow(int sound, TreePMap<Long, Integer> peaks, PMap<EndpointId, Long> fallen, PSet<EndpointId> suspected) {

    static final LossWindow EMPTY = new LossWindow(0, TreePMap.empty(), HashTreePMap.empty(), HashTreePSet.empty());

    /** One more is sound. */
    LossWindow risen(EndpointId id, long second) {
        return new LossWindow(
                sound + 1, peaks.plus(second, peakOf(second, sound + 1)), fallen.minus(id), suspected.minus(id));
    }

    /** One is no longer sound, but there. */
    LossWindow fallen(EndpointId id, long second) {
        return new LossWindow(sound - 1, peaks.plus(second, peakOf(second, sound)), fallen.plus(id, second), suspected);
    }

    /** One that was sound is no longer there, or leaves. */
    LossWindow gone(long second) {
        return new LossWindow(sound - 1, peaks.plus(second, peakOf(second, sound)), fallen, suspected);
    }

    /** One that was not sound any more is no longer there, or leaves. */
    LossWindow gone(EndpointId id) {
        return new LossWindow(sound, peaks, fallen.minus(id), suspected.minus(id));
    }

    /** One that is not sound is kept in use. */
    LossWindow suspected(EndpointId id, long second) {
        return suspected.contains(id)
                ? this
                : new LossWindow(
                        sound, peaks, fallen.containsKey(id) ? fallen : fallen.plus(id, second), suspected.plus(id));
    }

    /** One that is not sound is not kept in use any longer. */
    LossWindow settled(EndpointId id) {
        return suspected.contains(id) ? new LossWindow(sound, peaks, fallen, suspected.minus(id)) : this;
    }

    boolean isEmpty() {
        return sound == 0 && fallen.isEmpty() && suspected.isEmpty();
    }

    private int peakOf(long second, int count) {
        return Math.max(count, peaks.getOrDefault(second, 0));
    }

    /** Forgets what was before a second, unless something is suspected. */
    LossWindow since(long second) {
        if (!suspected.isEmpty()) {
            return this;
        }
        TreePMap<Long, Integer> late = peaks;
        while (!late.isEmpty() && late.firstKey() < second) {
            late = late.minus(late.firstKey());
        }
        PMap<EndpointId, Long> kept = fallen;
        for (var fall : fallen.entrySet()) {
            if (fall.getValue() < second) {
                kept = kept.minus(fall.getKey());
            }
        }
        return new LossWindow(sound, late, kept, suspected);
    }

    /** The most that were sound at once. */
    int peak() {
        return peaks.values().stream().reduce(sound, Math::max);
    }

    /** Whether the loss of so many more would leave too few. */
    boolean forbids(int more, ServicePolicy policy) {
        return policy.isTooFew(sound - more, peak());
    }
}
