package io.chancery.healthcheck;

import io.chancery.model.IpAddress;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Lets so many probes be under way at once, to one address and in all; the others wait their turn, those to one address in
 * the order in which they came. Who waits for one address holds up nobody who goes to another. Not thread-safe, but for {@link #underWay()}.
 */
final class Gate {

    private final int most;
    private final Map<IpAddress, Host> hosts = new HashMap<>();

    /** Addresses whose next probe waits for another address to be done with one of its own. */
    private final SequencedSet<IpAddress> held = new LinkedHashSet<>();

    /** Written by the owner's thread, and read by those who count. */
    private final AtomicInteger underWay = new AtomicInteger();

    /** Somebody at the gate. */
    interface Visitor {

        /** Goes on, unless there is no more reason to: then returns false, and is not waited for to leave. */
        boolean enter();
    }

    private record Waiting(int mostToHost, Visitor visitor) {}

    private static final class Host {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        private int underWay;
    }

    /** @param most how many may be under way in all */
    Gate(int most) {
        this.most = most;
    }

    int underWay() {
        return underWay.get();
    }

    /** Lets the visitor enter, now or when it is its turn. Each visitor that has entered must {@link #leave}. */
    void arrive(IpAddress address, int mostToHost, Visitor visitor) {
        hosts.computeIfAbsent(address, _ -> new Host()).waiting.add(new Waiting(mostToHost, visitor));
        admit(address);
    }

    /** A visitor who had gone to this address is done. */
    void leave(IpAddress address) {
        @Nullable Host host = hosts.get(address);
        if (host == null || host.underWay == 0) {
            throw new IllegalStateException("nobody is at " + address);
        }
        host.underWay--;
        underWay.decrementAndGet();
        while (underWay.get() < most && !held.isEmpty()) {
            admit(held.removeFirst());
        }
        admit(address);
    }

    private void admit(IpAddress address) {
        @Nullable Host host = hosts.get(address);
        if (host == null) {
            return;
        }
        for (@Nullable Waiting next = host.waiting.peek();
                next != null && host.underWay < next.mostToHost();
                next = host.waiting.peek()) {
            if (underWay.get() >= most) {
                held.add(address);
                return;
            }
            host.waiting.remove();
            if (next.visitor().enter()) {
                host.underWay++;
                underWay.incrementAndGet();
            }
        }
        if (host.waiting.isEmpty() && host.underWay == 0) {
            hosts.remove(address);
        }
    }
}
