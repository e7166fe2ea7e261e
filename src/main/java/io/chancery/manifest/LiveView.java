package io.chancery.manifest;

import io.chancery.manifest.spec.Bind;
import io.chancery.manifest.spec.DeclaredName;
import io.chancery.manifest.spec.SpecReference;
import io.chancery.model.Revision;
import io.chancery.store.Commit;
import io.chancery.store.Operation;
import io.chancery.store.StoreView;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashPMap;
import org.pcollections.HashTreePMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Turns what the store holds into views: pure functions from a view and a commit to the next view.
 *
 * @param guard the revision at which {@link Keys#GUARD} was last written
 * @param declarations which manifests declare a resource
 * @param uses which manifests refer to a service or a secret
 * @param bound which manifests have Envoys listen on an address and port
 */
record LiveView(
        ManifestView manifests,
        Revision guard,
        HashPMap<DeclaredName, TreePSet<ManifestKey>> declarations,
        HashPMap<Used, TreePSet<ManifestKey>> uses,
        HashPMap<Bind, TreePSet<ManifestKey>> bound) {

    private static final LiveView EMPTY = new LiveView(
            new ManifestView(Revision.ZERO, TreePMap.empty()),
            Revision.ZERO,
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty());

    /** Something that some manifest refers to. */
    record Used(SpecReference.Kind kind, String name) {

        static Used of(SpecReference reference) {
            return new Used(reference.kind(), reference.name());
        }

        static Set<Used> by(Manifest manifest) {
            Set<Used> used = new HashSet<>();
            manifest.spec().references().forEach(reference -> used.add(of(reference)));
            return used;
        }
    }

    /** A view, and which manifests differ in it from the view before. */
    record Step(LiveView view, Set<ManifestKey> changed) {}

    /** Builds the view of a whole store. */
    static LiveView of(StoreView stored, ManifestCodec codec) {
        Revision guard = Revision.ZERO;
        for (StoreView.Entry entry : stored.entries()) {
            if (entry.key().equals(Keys.GUARD)) {
                guard = entry.modified();
            }
        }
        List<DeclaredManifest> manifests = stored.entries().parallelStream()
                .filter(entry -> !entry.key().equals(Keys.GUARD))
                .map(entry -> codec.decode(entry.key(), entry.value(), entry.modified()))
                .toList();
        LiveView view = EMPTY;
        for (DeclaredManifest manifest : manifests) {
            view = view.with(manifest);
        }
        return view.at(stored.revision(), guard);
    }

    /** Applies a commit; operations on keys of other modules are passed over. */
    Step after(Commit commit, ManifestCodec codec) {
        LiveView view = this;
        Revision written = guard;
        Set<ManifestKey> changed = new HashSet<>();
        for (Operation operation : commit.operations()) {
            if (operation.key().equals(Keys.GUARD)) {
                written = commit.revision();
            } else if (operation.key().startsWith(Keys.PREFIX)) {
                view = switch (operation) {
                    case Operation.Put(String key, byte[] value) ->
                        view.with(codec.decode(key, value, commit.revision()));
                    case Operation.Delete(String key) -> view.without(Keys.parse(key));
                };
                changed.add(Keys.parse(operation.key()));
            }
        }
        return new Step(view.at(commit.revision(), written), changed);
    }

    /** Which manifests declare a resource of this type and name. */
    Set<ManifestKey> declaring(DeclaredName resource) {
        @Nullable TreePSet<ManifestKey> keys = declarations.get(resource);
        return keys == null ? Set.of() : keys;
    }

    /** Which manifests refer to it. */
    Set<ManifestKey> using(Used used) {
        @Nullable TreePSet<ManifestKey> keys = uses.get(used);
        return keys == null ? Set.of() : keys;
    }

    /** Which manifests have Envoys listen there. */
    Set<ManifestKey> binding(Bind place) {
        @Nullable TreePSet<ManifestKey> keys = bound.get(place);
        return keys == null ? Set.of() : keys;
    }

    private LiveView at(Revision revision, Revision written) {
        return new LiveView(new ManifestView(revision, manifests.manifests()), written, declarations, uses, bound);
    }

    private LiveView with(DeclaredManifest declared) {
        Manifest manifest = declared.manifest();
        LiveView cleared = without(manifest.key());
        return new LiveView(
                new ManifestView(
                        manifests.revision(), cleared.manifests.manifests().plus(manifest.key(), declared)),
                guard,
                plus(cleared.declarations, declaredBy(manifest), manifest.key()),
                plus(cleared.uses, Used.by(manifest), manifest.key()),
                plus(cleared.bound, manifest.spec().binds(), manifest.key()));
    }

    private LiveView without(ManifestKey key) {
        @Nullable DeclaredManifest existing = manifests.manifests().get(key);
        if (existing == null) {
            return this;
        }
        return new LiveView(
                new ManifestView(manifests.revision(), manifests.manifests().minus(key)),
                guard,
                minus(declarations, declaredBy(existing.manifest()), key),
                minus(uses, Used.by(existing.manifest()), key),
                minus(bound, existing.manifest().spec().binds(), key));
    }

    private static List<DeclaredName> declaredBy(Manifest manifest) {
        return manifest.spec().declares(manifest.key().name());
    }

    private static <K> HashPMap<K, TreePSet<ManifestKey>> plus(
            HashPMap<K, TreePSet<ManifestKey>> index, Collection<K> entries, ManifestKey key) {
        HashPMap<K, TreePSet<ManifestKey>> next = index;
        for (K entry : entries) {
            @Nullable TreePSet<ManifestKey> others = next.get(entry);
            next = next.plus(entry, others == null ? TreePSet.singleton(key) : others.plus(key));
        }
        return next;
    }

    private static <K> HashPMap<K, TreePSet<ManifestKey>> minus(
            HashPMap<K, TreePSet<ManifestKey>> index, Collection<K> entries, ManifestKey key) {
        HashPMap<K, TreePSet<ManifestKey>> next = index;
        for (K entry : entries) {
            @Nullable TreePSet<ManifestKey> keys = next.get(entry);
            TreePSet<ManifestKey> others = keys == null ? TreePSet.empty() : keys.minus(key);
            next = others.isEmpty() ? next.minus(entry) : next.plus(entry, others);
        }
        return next;
    }
}
