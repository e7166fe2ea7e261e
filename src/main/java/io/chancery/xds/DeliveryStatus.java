package io.chancery.xds;

import io.chancery.model.Revision;
import java.util.List;

/**
 * How far an update has come.
 *
 * @param revision that the update was compiled from; it carries all revisions since the update before it
 * @param concerned nodes that subscribe to something that changed in it
 * @param acknowledged of these, how many have accepted all of it
 * @param refused how many have refused some of it
 * @param refusers at most 100 of those, in the order of their answers
 * @param waiting how many have yet to answer; nodes that left are in none of the numbers but {@code concerned}
 * @param waitingFor at most 100 of those, sorted
 * @param nanos from the oldest commit in it to the last answer, or until now
 */
public record DeliveryStatus(
        Revision revision,
        int concerned,
        int acknowledged,
        int refused,
        List<String> refusers,
        int waiting,
        List<String> waitingFor,
        boolean complete,
        long nanos) {

    /** No update with the revision has gone out. */
    static DeliveryStatus unpublished(Revision revision, boolean complete, long nanos) {
        return new DeliveryStatus(revision, 0, 0, 0, List.of(), 0, List.of(), complete, nanos);
    }

    /** Whether enough of the nodes concerned have acknowledged. */
    public boolean isAcknowledgedBy(int percent) {
        return acknowledged * 100L >= (long) percent * concerned;
    }
}
