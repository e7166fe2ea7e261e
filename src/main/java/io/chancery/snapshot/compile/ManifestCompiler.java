package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TcpListener;
import io.chancery.model.ResourceType;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import java.util.List;

/** Manifests as Envoy is told of them. Pure functions: the same manifest is the same resources, byte for byte. */
public final class ManifestCompiler {

    private ManifestCompiler() {}

    /**
     * Compiles one manifest.
     *
     * @param name the manifest's
     * @return the resources that {@link Spec#declares} names, in that order
     */
    public static List<CompiledResource> compile(String name, Spec spec) {
        return compile(name, spec, Surroundings.NONE);
    }

    /**
     * Compiles one manifest as it is in these surroundings.
     *
     * @param name the manifest's
     * @param surroundings matter to what has Envoys find a service by names that change, and to services with shards
     */
    public static List<CompiledResource> compile(String name, Spec spec, Surroundings surroundings) {
        return switch (spec) {
            case Spec.RawResource raw -> List.of(new CompiledResource(raw.type(), raw.resourceName(), raw.content()));
            case ServiceSpec service ->
                List.of(new CompiledResource(
                        ResourceType.CLUSTER, name, ClusterCompiler.compile(name, service, surroundings)));
            case HttpListener listener -> http(name, listener, surroundings);
            case TcpListener listener ->
                List.of(new CompiledResource(ResourceType.LISTENER, name, TcpListenerCompiler.compile(name, listener)));
            case Sidecar sidecar -> SidecarCompiler.compile(name, sidecar);
            case SecretSpec secret when secret.password().isPresent() -> List.of();
            case SecretSpec secret ->
                List.of(new CompiledResource(ResourceType.SECRET, name, SecretCompiler.compile(name, secret)));
            case RuntimeLayer layer ->
                List.of(new CompiledResource(
                        ResourceType.RUNTIME, layer.layerName(name), RuntimeCompiler.compile(name, layer)));
            case RedisMaster redis -> RedisCompiler.compile(name, redis, surroundings);
            case ShuffleShard _ -> List.of();
        };
    }

    private static List<CompiledResource> http(String name, HttpListener listener, Surroundings surroundings) {
        RouteConfiguration routes = RouteTableCompiler.compile(name, listener, surroundings);
        return List.of(
                new CompiledResource(
                        ResourceType.LISTENER, name, HttpListenerCompiler.compile(name, listener, surroundings)),
                new CompiledResource(ResourceType.ROUTE, routes.getName(), routes));
    }
}
