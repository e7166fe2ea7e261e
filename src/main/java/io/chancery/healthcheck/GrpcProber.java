package io.chancery.healthcheck;

import io.chancery.manifest.spec.HealthCheck;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.DelegatingSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Calls {@code grpc.health.v1.Health/Check} (<a
 * href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">gRPC health checking protocol</a>), over a
 * connection of its own each time: one that is kept would not notice that a server no longer accepts any.
 */
final class GrpcProber implements Prober {

    private static final ProbeResult PASSED = new ProbeResult.Passed();

    /** An answer has two bytes. */
    private static final int LARGEST_ANSWER = 1 << 10;

    private final HealthCheckRequest request;
    private final String authority;
    private final Duration timeout;
    private final Optional<SslContext> tls;
    private final EventLoopGroup events;

    /** @param events carries the connections of all probers */
    GrpcProber(
            HealthCheck.GrpcProbe probe,
            ServiceName service,
            Duration timeout,
            Optional<ClientTls> tls,
            EventLoopGroup events) {
        this.request = HealthCheckRequest.newBuilder()
                .setService(probe.service().orElse(""))
                .build();
        this.authority = probe.authority().orElse(service.value());
        this.timeout = timeout;
        this.tls = tls.map(GrpcProber::context);
        this.events = events;
    }

    private static SslContext context(ClientTls tls) {
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient().trustManager(tls.trust()).protocols(tls.versions());
            tls.keys().forEach(builder::keyManager);
            return new Named(GrpcSslContexts.configure(builder, SslProvider.JDK).build(), tls);
        } catch (SSLException e) {
            throw new IllegalArgumentException("TLS for gRPC cannot be set up", e);
        }
    }

    @Override
    public ProbeResult probe(ProbeTarget target) {
        ManagedChannel channel = channel(target);
        try {
            HealthCheckResponse answer = ClientCalls.blockingUnaryCall(
                    channel,
                    HealthGrpc.getCheckMethod(),
                    CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS),
                    request);
            return switch (answer.getStatus()) {
                case SERVING -> PASSED;
                case NOT_SERVING, SERVICE_UNKNOWN, UNKNOWN, UNRECOGNIZED ->
                    new ProbeResult.Failed("answered " + answer.getStatus());
            };
        } catch (StatusRuntimeException e) {
            return failure(e.getStatus());
        } finally {
            channel.shutdownNow();
        }
    }

    private ManagedChannel channel(ProbeTarget target) {
        HostPort address = target.address();
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(new InetSocketAddress(
                        InetAddress.ofLiteral(address.address().value()), address.port()))
                .overrideAuthority(target.host().orElse(authority))
                .eventLoopGroup(events)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .disableRetry()
                .proxyDetector(_ -> null)
                .maxInboundMessageSize(LARGEST_ANSWER);
        return tls.isPresent()
                ? builder.sslContext(tls.get()).build()
                : builder.usePlaintext().build();
    }

    private ProbeResult failure(Status status) {
        if (status.getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return new ProbeResult.TimedOut(timeout);
        }
        @Nullable Throwable cause = status.getCause();
        Optional<String> local = Optional.ofNullable(cause).flatMap(LocalFault::of);
        if (local.isPresent()) {
            return new ProbeResult.NotAsked(local.get());
        }
        @Nullable String description = status.getDescription();
        return new ProbeResult.Failed("answered " + status.getCode()
                + (description == null ? "" : ": " + description)
                + (cause == null ? "" : " (" + cause.getMessage() + ")"));
    }

    /** Asks for the declared server name, where gRPC would ask for the authority. */
    private static final class Named extends DelegatingSslContext {

        private final ClientTls tls;

        Named(SslContext context, ClientTls tls) {
            super(context);
            this.tls = tls;
        }

        @Override
        protected void initEngine(SSLEngine engine) {
            engine.setSSLParameters(tls.configured(engine.getSSLParameters()));
        }
    }
}
