package io.chancery.healthcheck;

import io.chancery.manifest.spec.Probe;
import io.chancery.model.ServiceName;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes probers, and owns the threads that they share. */
final class Probers implements ProberFactory {

    private final ScheduledThreadPoolExecutor alarms = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("chancery-probe-alarms").daemon().factory());

    /** Made when the first prober needs it. Used by the thread that makes probers, and by the one that closes. */
    private volatile @Nullable EventLoopGroup events;

    Probers() {
        // As many are set as there are probes under way, and nearly all of them never ring.
        alarms.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Prober prober(ServiceName service, Probe probe, ProbeSecrets secrets) {
        Optional<ClientTls> tls = secrets.tls();
        Dialer dialer = new Dialer(probe.timeout(), tls, alarms);
        return probe.tcp()
                .<Prober>map(tcp -> new TcpProber(tcp, dialer))
                .or(() -> probe.http().map(http -> new HttpProber(http, service, dialer)))
                .or(() -> probe.redis().map(redis -> new RedisProber(redis.role(), login(redis, secrets), dialer)))
                .or(() -> probe.grpc().map(grpc -> new GrpcProber(grpc, service, probe.timeout(), tls, events())))
                .orElseThrow();
    }

    private static Optional<RedisLogin> login(Probe.RedisQuestion redis, ProbeSecrets secrets) {
        return secrets.password().map(password -> new RedisLogin(redis.user(), password));
    }

    private EventLoopGroup events() {
        @Nullable EventLoopGroup made = events;
        if (made == null) {
            made = new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("chancery-probe-grpc", true), NioIoHandler.newFactory());
            events = made;
        }
        return made;
    }

    @Override
    public void close() {
        alarms.shutdownNow();
        @Nullable EventLoopGroup made = events;
        if (made != null) {
            var _ = made.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }
}
