package io.chancery.registry;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.InstanceId;
import io.chancery.model.IpAddress;
import io.chancery.model.Lease;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to keep leases: to renew one, to renew those of an instance, and to look for what is overdue. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class LeaseBenchmark {

    private static final int SERVICES = 1_000;
    private static final int PER_INSTANCE = 100;
    private static final long BEAT = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int BEATS_A_SECOND = 4;

    @Param({"1000", "200000"})
    public int count;

    private final AtomicLong time = new AtomicLong();
    private final Leases leases = new Leases(new LeaseClock(time::get));
    private LeaseWheel wheel = new LeaseWheel(BEAT, 0);
    private EndpointKey[] keys = new EndpointKey[0];
    private int next;

    @Setup
    public void hold() {
        keys = new EndpointKey[count];
        for (int i = 0; i < count; i++) {
            keys[i] = new EndpointKey(new ServiceName("service-" + i % SERVICES), new EndpointId("e" + i));
            leases.changed(keys[i].service(), null, new RegisteredEndpoint(endpoint(i), new Revision(1)));
        }
        wheel = new LeaseWheel(BEAT, 0);
        leases.takeArrivals().forEach(wheel::add);
    }

    private Endpoint endpoint(int number) {
        Endpoint plain = Endpoint.of(new HostPort(new IpAddress("10.0.0.1"), 80));
        return new Endpoint(
                        keys[number].id(),
                        plain.target(),
                        1,
                        plain.locality(),
                        0,
                        plain.metadata(),
                        plain.state())
                .leased(Optional.of(new Lease(
                        Duration.ofSeconds(30), Optional.of(new InstanceId("instance-" + number / PER_INSTANCE)))));
    }

    /** One renewal by the endpoint's name. */
    @Benchmark
    public Optional<Duration> renew() {
        next = (next + 7_919) % count;
        return leases.renew(keys[next]);
    }

    /** The same of one of a thousand: with more leases there is more to step over, but no more to wait for from memory. */
    @Benchmark
    public Optional<Duration> renewOneOfAThousand() {
        next = (next + 379) % 1_000;
        return leases.renew(keys[next]);
    }

    /** One renewal, of a hundred that one call makes. */
    @Benchmark
    @OperationsPerInvocation(PER_INSTANCE)
    public int renewInstance() {
        next = (next + 7_919) % count;
        return leases.renew(new InstanceId("instance-" + next / PER_INSTANCE));
    }

    /** A second of looking, while every lease is renewed every ten; with the renewals themselves, a tenth of them. */
    @Benchmark
    public int second() {
        int found = 0;
        for (int beat = 0; beat < BEATS_A_SECOND; beat++) {
            time.addAndGet(BEAT);
            for (int i = 0; i < count / 10 / BEATS_A_SECOND; i++) {
                next = (next + 1) % count;
                leases.renew(keys[next]);
            }
            found += wheel.overdue(leases.clock().now()).size();
        }
        return found;
    }
}
