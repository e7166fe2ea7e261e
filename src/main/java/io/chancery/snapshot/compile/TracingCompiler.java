package io.chancery.snapshot.compile;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.chancery.manifest.spec.Tracing;
import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.trace.v3.OpenTelemetryConfig;
import io.envoyproxy.envoy.config.trace.v3.Tracing.Http;
import io.envoyproxy.envoy.config.trace.v3.ZipkinConfig;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

/** Spans of requests. Pure functions. */
final class TracingCompiler {

    private TracingCompiler() {}

    /**
     * Compiles a listener's tracing.
     *
     * @param manifest the manifest's name, by which spans are called that can have a name of their own
     */
    static HttpConnectionManager.Tracing compile(String manifest, Tracing tracing) {
        return HttpConnectionManager.Tracing.newBuilder()
                .setRandomSampling(Values.percent(tracing.sampling()))
                .setProvider(
                        switch (tracing.provider()) {
                            case ZIPKIN -> provider("envoy.tracers.zipkin", zipkin(tracing));
                            case OTLP -> provider("envoy.tracers.opentelemetry", otlp(manifest, tracing));
                        })
                .build();
    }

    /** Trace ids go on both as B3 and as W3C's trace context: whichever the next one understands. */
    private static ZipkinConfig zipkin(Tracing tracing) {
        return ZipkinConfig.newBuilder()
                .setCollectorCluster(tracing.service())
                .setCollectorEndpoint(tracing.path())
                .setCollectorEndpointVersion(ZipkinConfig.CollectorEndpointVersion.HTTP_JSON)
                .setTraceId128Bit(true)
                .setTraceContextOption(ZipkinConfig.TraceContextOption.USE_B3_WITH_W3C_PROPAGATION)
                .build();
    }

    private static OpenTelemetryConfig otlp(String manifest, Tracing tracing) {
        return OpenTelemetryConfig.newBuilder()
                .setGrpcService(GrpcService.newBuilder()
                        .setEnvoyGrpc(GrpcService.EnvoyGrpc.newBuilder().setClusterName(tracing.service())))
                .setServiceName(tracing.serviceName().orElse(manifest))
                .build();
    }

    private static Http provider(String name, Message settings) {
        return Http.newBuilder()
                .setName(name)
                .setTypedConfig(Any.pack(settings))
                .build();
    }
}
