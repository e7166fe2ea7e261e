package io.chancery.manifest;

import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Spec;
import io.chancery.registry.Precondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds services that would have shards though nobody registers for them. Pure functions. */
final class ShardCheck {

    private ShardCheck() {}

    static List<Fault> faults(LiveView view, List<Change> changes) {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Change.Put(Manifest manifest, Precondition _)) {
                switch (manifest.spec()) {
                    case ShuffleShard _
                    when after(view, changes, ManifestKind.SERVICE, manifest)
                            .filter(spec -> spec instanceof ServiceSpec service && !service.isRegistered())
                            .isPresent() ->
                        faults.add(new Fault(
                                i,
                                "name",
                                "must be a service that instances register for; this one has endpoints or dns"));
                    case ServiceSpec service
                    when !service.isRegistered()
                            && after(view, changes, ManifestKind.SHUFFLE_SHARD, manifest)
                                    .isPresent() ->
                        faults.add(new Fault(
                                i,
                                service.endpoints().isEmpty() ? "spec.dns" : "spec.endpoints",
                                "must be left out while there is a ShuffleShard of this name"));
                    default -> {
                        // nothing that has to do with shards
                    }
                }
            }
        }
        return faults;
    }

    /** What the manifest of the other kind, and the same name, says once the changes are made. */
    private static Optional<Spec> after(LiveView view, List<Change> changes, ManifestKind kind, Manifest manifest) {
        ManifestKey key = new ManifestKey(kind, manifest.key().name());
        Optional<Change> change =
                changes.stream().filter(one -> Objects.equals(one.key(), key)).findFirst();
        return change.isPresent()
                ? change.stream()
                        .flatMap(one -> one instanceof Change.Put(Manifest other, Precondition _)
                                ? Stream.of(other.spec())
                                : Stream.empty())
                        .findFirst()
                : view.manifests()
                        .manifest(key)
                        .map(declared -> declared.manifest().spec());
    }
}
