package io.chancery.healthcheck;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Probe;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.UpstreamTls;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.model.ServiceName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** How the endpoints of one service are probed. */
sealed interface ServiceProbe {

    Plan plan();

    /** They are. */
    record Ready(Plan plan, Thresholds thresholds, Prober prober) implements ServiceProbe {

        Probe probe() {
            return plan.probe();
        }

        ProbeKind kind() {
            return ProbeKind.of(plan.probe());
        }
    }

    /**
     * They should be, but cannot.
     *
     * @param reason for people
     */
    record Obstructed(Plan plan, String reason) implements ServiceProbe {}

    /**
     * What is declared of it; where that stays the same, so does the prober.
     *
     * @param tls the probe's, or else the service's
     * @param secrets the revisions of the manifests that the TLS and the password are from
     */
    record Plan(Probe probe, Optional<UpstreamTls> tls, List<Revision> secrets) {

        /** What is declared of a service now; empty for one that is not probed. */
        static Optional<Plan> of(ServiceName service, ManifestView manifests) {
            return declared(ManifestKind.SERVICE, service.value(), manifests)
                    .map(declared -> declared.manifest().spec())
                    .filter(ServiceSpec.class::isInstance)
                    .map(ServiceSpec.class::cast)
                    .flatMap(spec -> spec.probe().map(probe -> of(probe, probe.tlsOf(spec.tls()), manifests)));
        }

        private static Plan of(Probe probe, Optional<UpstreamTls> tls, ManifestView manifests) {
            List<Revision> secrets = secretNames(probe, tls)
                    .map(name -> declared(ManifestKind.SECRET, name, manifests)
                            .map(DeclaredManifest::revision)
                            .orElse(Revision.ZERO))
                    .toList();
            return new Plan(probe, tls, secrets);
        }

        private static Stream<String> secretNames(Probe probe, Optional<UpstreamTls> tls) {
            return Stream.concat(
                            tls.stream().flatMap(one -> Stream.of(one.ca(), one.clientCertificate())),
                            Stream.of(password(probe)))
                    .flatMap(Optional::stream);
        }

        private static Optional<String> password(Probe probe) {
            return probe.redis().flatMap(Probe.RedisQuestion::password);
        }

        /** Makes its prober, or says what is missing. */
        ServiceProbe make(ServiceName service, ManifestView manifests, ProberFactory probers) {
            Optional<String> missing = secretNames(probe, tls)
                    .filter(name -> secret(Optional.of(name), manifests).isEmpty())
                    .findFirst();
            if (missing.isPresent()) {
                return new Obstructed(
                        this, "not probed: " + missing.get() + " is no manifest of the kind Secret, which probes need");
            }
            try {
                Optional<ClientTls> made = tls.map(one ->
                        new ClientTls(one, secret(one.ca(), manifests), secret(one.clientCertificate(), manifests)));
                return new Ready(
                        this,
                        new Thresholds(probe.healthyThreshold(), probe.unhealthyThreshold()),
                        probers.prober(
                                service,
                                probe,
                                new ProbeSecrets(
                                        made, secret(password(probe), manifests).flatMap(SecretSpec::password))));
            } catch (IllegalArgumentException e) {
                return new Obstructed(this, "not probed: " + e.getMessage());
            }
        }

        private static Optional<SecretSpec> secret(Optional<String> name, ManifestView manifests) {
            return name.flatMap(one -> declared(ManifestKind.SECRET, one, manifests))
                    .map(declared -> declared.manifest().spec())
                    .filter(SecretSpec.class::isInstance)
                    .map(SecretSpec.class::cast);
        }

        /** Names of secrets that come as raw resources can be such as no manifest has. */
        private static Optional<DeclaredManifest> declared(ManifestKind kind, String name, ManifestView manifests) {
            try {
                return manifests.manifest(new ManifestKey(kind, name));
            } catch (InvalidValueException _) {
                return Optional.empty();
            }
        }
    }
}
