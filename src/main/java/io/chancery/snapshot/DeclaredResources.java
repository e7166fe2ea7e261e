package io.chancery.snapshot;

import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.spec.Spec;
import io.chancery.snapshot.compile.ManifestCompiler;
import io.chancery.snapshot.compile.Surroundings;
import java.util.List;

/** What a manifest amounts to: the resources that nodes are told of. Pure functions. */
public final class DeclaredResources {

    private DeclaredResources() {}

    /** Compiles a manifest; each resource tells where it comes from. */
    public static List<Resource> of(DeclaredManifest declared, Surroundings surroundings) {
        String name = declared.manifest().key().name();
        Spec spec = declared.manifest().spec();
        Origin origin = new Origin(declared.manifest().key().toString(), declared.revision(), declared.author());
        Resource.Traits traits = spec instanceof Spec.RawResource raw
                ? new Resource.Traits(VirtualHosts.aliases(raw), raw.ttl(), origin)
                : Resource.Traits.from(origin);
        return ManifestCompiler.compile(name, spec, surroundings).stream()
                .map(compiled -> Resource.of(compiled.type(), compiled.name(), compiled.message(), traits))
                .toList();
    }
}
