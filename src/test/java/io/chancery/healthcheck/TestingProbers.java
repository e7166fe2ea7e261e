package io.chancery.healthcheck;

import io.chancery.manifest.spec.Probe;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/** Probers that answer what the test says, without any network. All endpoints are well unless it says otherwise. */
final class TestingProbers implements ProberFactory {

    private static final ProbeResult PASSED = new ProbeResult.Passed();
    private static final ProbeResult REFUSED = new ProbeResult.Failed("refused");

    private final LongSupplier clock;
    private final Set<HostPort> down = new HashSet<>();
    private final List<Asked> asked = new ArrayList<>();
    private final Set<HostPort> broken = new HashSet<>();

    /** What the probers that were made say first. */
    final List<Optional<String>> passwords = new ArrayList<>();

    private boolean unplugged;

    /** A probe that was made. */
    record Asked(ServiceName service, ProbeTarget target, Duration at) {}

    TestingProbers(LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public Prober prober(ServiceName service, Probe probe, ProbeSecrets secrets) {
        passwords.add(secrets.password());
        return target -> {
            asked.add(new Asked(service, target, Duration.ofNanos(clock.getAsLong())));
            if (broken.contains(target.address())) {
                throw new IllegalStateException("a bug");
            }
            return unplugged || down.contains(target.address()) ? REFUSED : PASSED;
        };
    }

    void down(String address) {
        down.add(HostPort.parse(address));
    }

    void up(String address) {
        down.remove(HostPort.parse(address));
    }

    /** The prober of this address has a bug. */
    void breaks(String address) {
        broken.add(HostPort.parse(address));
    }

    /** Nothing can be reached from here. */
    void unplug() {
        unplugged = true;
    }

    void plug() {
        unplugged = false;
    }

    /** The probes since this was called last. */
    List<Asked> asked() {
        List<Asked> all = List.copyOf(asked);
        asked.clear();
        return all;
    }

    /** When an address was probed, since {@link #asked} was called last. */
    List<Duration> times(String address) {
        return asked.stream()
                .filter(one -> one.target().address().equals(HostPort.parse(address)))
                .map(Asked::at)
                .toList();
    }

    @Override
    public void close() {}
}
