package io.chancery.manifest;

import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.model.ServiceName;
import io.chancery.registry.ServicePolicies;
import io.chancery.registry.ServicePolicy;

/** The policies that services' manifests declare, and the default for what they leave out. */
final class ManifestPolicies implements ServicePolicies {

    private final ManifestRegistry manifests;
    private final ServicePolicy byDefault;

    ManifestPolicies(ManifestRegistry manifests, ServicePolicy byDefault) {
        this.manifests = manifests;
        this.byDefault = byDefault;
    }

    @Override
    public ServicePolicy of(ServiceName service) {
        return manifests
                .view()
                .manifest(new ManifestKey(ManifestKind.SERVICE, service.value()))
                .map(declared -> declared.manifest().spec())
                .map(spec -> spec instanceof ServiceSpec declared
                        ? LossCheck.policy(declared.lossLimits(), byDefault)
                        : byDefault)
                .orElse(byDefault);
    }

    @Override
    public ServicePolicy byDefault() {
        return byDefault;
    }
}
