package io.chancery.xds;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/** The updates that wait for one conversation's answers. Used by one thread. */
final class Awaited {

    /** Updates that are kept track of; a client that is further behind no longer counts for the older ones. */
    private static final int MAX_DELIVERIES = 64;

    private final String node;
    private final LongSupplier nanoClock;

    /** Not yet told to the client, and told but unanswered. */
    private final List<Delivery> pending = new ArrayList<>(1);

    private final List<Delivery> underWay = new ArrayList<>(1);

    /** Whether the response under way leaves a part of what is pending for later. */
    private boolean partial;

    Awaited(String node, LongSupplier nanoClock) {
        this.node = node;
        this.nanoClock = nanoClock;
    }

    void await(Delivery delivery) {
        if (!pending.isEmpty() && pending.getLast() == delivery) {
            return;
        }
        if (pending.size() == MAX_DELIVERIES) {
            pending.removeFirst().answered(node, Delivery.Answer.GONE, nanoClock.getAsLong());
        }
        delivery.await(node);
        pending.add(delivery);
    }

    /**
     * The conversation has chosen what to send.
     *
     * @param sends whether there is a response
     * @param leaves whether some of what changed waits for a later response
     */
    void selected(boolean sends, boolean leaves) {
        partial = leaves;
        if (leaves) {
            return;
        }
        if (sends) {
            underWay.addAll(pending);
        } else {
            finish(pending, Delivery.Answer.ACKNOWLEDGED);
        }
        pending.clear();
    }

    void answered(Delivery.Answer answer) {
        if (partial && answer == Delivery.Answer.REFUSED) {
            finish(pending, answer);
            pending.clear();
        }
        finish(underWay, answer);
        underWay.clear();
    }

    void closed() {
        finish(pending, Delivery.Answer.GONE);
        finish(underWay, Delivery.Answer.GONE);
        pending.clear();
        underWay.clear();
    }

    private void finish(List<Delivery> deliveries, Delivery.Answer answer) {
        if (!deliveries.isEmpty()) {
            long now = nanoClock.getAsLong();
            deliveries.forEach(delivery -> delivery.answered(node, answer, now));
        }
    }

    long nanoTime() {
        return nanoClock.getAsLong();
    }

    /** Updates that this conversation has not answered. */
    int behind() {
        return pending.size() + underWay.size();
    }

    /** When the oldest change that is unanswered was committed, on the meter registry's monotonic clock. */
    OptionalLong oldest() {
        return Stream.concat(underWay.stream(), pending.stream())
                .mapToLong(Delivery::committedNanos)
                .min();
    }
}
