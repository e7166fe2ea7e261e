package io.chancery.xds;

import io.chancery.snapshot.SnapshotSource;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.grpc.server.ServerBuilderCustomizer;

@Configuration(proxyBeanMethods = false)
class XdsConfiguration {

    /** An Envoy with very many resources names them all in one request when it reconnects. */
    private static final int MAX_REQUEST_BYTES = 16 << 20;

    @Bean(destroyMethod = "shutdownGracefully")
    EventLoopGroup xdsEventLoops() {
        IoHandlerFactory transport = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(), new DefaultThreadFactory("chancery-xds", true), transport) {

            // The server has ended before, so there is nothing left to wait two seconds of quiet for.
            @Override
            public Future<?> shutdownGracefully() {
                return shutdownGracefully(0, 2, TimeUnit.SECONDS);
            }
        };
    }

    @Bean
    XdsEngine xdsEngine(
            SnapshotSource source, EventLoopGroup xdsEventLoops, XdsProperties properties, MeterRegistry meters) {
        return new XdsEngine(source, xdsEventLoops, properties.toSettings(), new XdsMetrics(meters));
    }

    @Bean
    ClientStreams clientStreams(XdsEngine engine) {
        return new EngineStatus(engine, InstantSource.system());
    }

    @Bean
    BindableService aggregatedDiscoveryService(XdsEngine engine) {
        return new DiscoveryServices(engine).aggregated();
    }

    @Bean
    LoadReports loadReports() {
        return new LoadReports();
    }

    @Bean
    LoadReportService loadReportService(
            SnapshotSource source,
            XdsEngine engine,
            LoadReports reports,
            XdsProperties properties,
            MeterRegistry meters) {
        KnownClusters clusters = new KnownClusters();
        source.addListener(clusters);
        return new LoadReportService(
                engine,
                reports,
                clusters::of,
                new LoadReportService.Wish(properties.loadReportInterval(), properties.loadReportEndpoints()),
                InstantSource.system(),
                new LoadReportMetrics(meters));
    }

    /**
     * Streams live on the event loop of their connection, so calls are handled there, without another executor. An Envoy
     * without ADS opens one stream per cluster or secret, and clients of all kinds ping.
     */
    @Bean
    ServerBuilderCustomizer<NettyServerBuilder> xdsServer(
            EventLoopGroup xdsEventLoops, XdsEngine engine, LoadReportService loads, XdsProperties properties) {
        Class<? extends ServerChannel> channel =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        List<ServerServiceDefinition> services = new DiscoveryServices(engine).single();
        XdsProperties.ConnectionProperties connection = properties.connection();
        return builder -> {
            builder.addServices(services)
                    .addService(loads.definition())
                    .directExecutor()
                    .bossEventLoopGroup(xdsEventLoops)
                    .workerEventLoopGroup(xdsEventLoops)
                    .channelType(channel)
                    .maxConcurrentCallsPerConnection(Integer.MAX_VALUE)
                    .maxInboundMessageSize(MAX_REQUEST_BYTES)
                    .keepAliveTime(connection.keepaliveTime().toNanos(), TimeUnit.NANOSECONDS)
                    .keepAliveTimeout(connection.keepaliveTimeout().toNanos(), TimeUnit.NANOSECONDS)
                    .permitKeepAliveTime(5, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true);
            if (!connection.maxAge().isZero()) {
                builder.maxConnectionAge(goAwayAge(connection.maxAge()).toNanos(), TimeUnit.NANOSECONDS)
                        .maxConnectionAgeGrace(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            }
        };
    }

    /**
     * The engine ends old streams; their clients come back on the same connection, unless that was told before to take no
     * new streams. gRPC says so up to a tenth earlier or later than it is asked to, and leaves the open streams alone.
     */
    private static Duration goAwayAge(Duration maxAge) {
        return maxAge.multipliedBy(10).dividedBy(11);
    }

    /** Open streams would hold up the end until {@code spring.grpc.server.shutdown.grace-period}, which is the same time. */
    @Bean
    ApplicationListener<ContextClosedEvent> xdsStreamsEnd(
            XdsEngine engine, LoadReportService loads, XdsProperties properties) {
        return _ -> {
            engine.drain(properties.drainTime());
            loads.drain();
        };
    }
}
