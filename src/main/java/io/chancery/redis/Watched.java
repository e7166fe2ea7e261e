package io.chancery.redis;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Manifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.UpstreamTls;
import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import java.util.List;
import java.util.Optional;

/**
 * A manifest of the kind RedisMaster with the secrets that it names.
 *
 * @param name the manifest's
 */
record Watched(
        String name,
        RedisMaster spec,
        Optional<SecretSpec> password,
        Optional<SecretSpec> sentinelPassword,
        Optional<SecretSpec> ca,
        Optional<SecretSpec> certificate) {

    /** All that are declared. */
    static List<Watched> in(ManifestView view) {
        return view.ofKind(ManifestKind.REDIS_MASTER).values().stream()
                .map(declared -> of(view, declared.manifest()))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The one that is declared by this name. */
    static Optional<Watched> in(ManifestView view, String name) {
        return view.ofKind(ManifestKind.REDIS_MASTER).values().stream()
                .map(DeclaredManifest::manifest)
                .filter(manifest -> manifest.key().name().equals(name))
                .findFirst()
                .flatMap(manifest -> of(view, manifest));
    }

    private static Optional<Watched> of(ManifestView view, Manifest manifest) {
        return manifest.spec() instanceof RedisMaster spec
                ? Optional.of(new Watched(
                        manifest.key().name(),
                        spec,
                        secret(view, spec.password()),
                        secret(view, spec.sentinelPassword()),
                        secret(view, spec.tls().flatMap(UpstreamTls::ca)),
                        secret(view, spec.tls().flatMap(UpstreamTls::clientCertificate))))
                : Optional.empty();
    }

    private static Optional<SecretSpec> secret(ManifestView view, Optional<String> name) {
        return name.flatMap(one -> view.manifest(new ManifestKey(ManifestKind.SECRET, one)))
                .map(DeclaredManifest::manifest)
                .map(manifest -> manifest.spec() instanceof SecretSpec secret ? secret : null);
    }

    ServiceName master() {
        return new ServiceName(spec.masterCluster(name));
    }

    ServiceName replicas() {
        return new ServiceName(spec.replicasCluster(name));
    }

    /** The id under which a node is registered. */
    static EndpointId id(HostName node) {
        return new EndpointId(node.toString());
    }
}
