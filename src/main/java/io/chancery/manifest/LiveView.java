package io.chancery.manifest;

import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.store.Commit;
import io.chancery.store.Operation;
import io.chancery.store.StoreView;
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
 */
record LiveView(ManifestView manifests, Revision guard, HashPMap<Declared, TreePSet<ManifestKey>> declarations) {

    private static final LiveView EMPTY =
            new LiveView(new ManifestView(Revision.ZERO, TreePMap.empty()), Revision.ZERO, HashTreePMap.empty());

    /** A resource that some manifest declares. */
    record Declared(ResourceType type, String name) {}

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
    Set<ManifestKey> declaring(Declared resource) {
        @Nullable TreePSet<ManifestKey> keys = declarations.get(resource);
        return keys == null ? Set.of() : keys;
    }

    private LiveView at(Revision revision, Revision written) {
        return new LiveView(new ManifestView(revision, manifests.manifests()), written, declarations);
    }

    private LiveView with(DeclaredManifest declared) {
        ManifestKey key = declared.manifest().key();
        LiveView cleared = without(key);
        var index = cleared.declarations;
        if (declared.manifest().spec() instanceof Spec.RawResource resource) {
            Declared name = new Declared(resource.type(), resource.resourceName());
            @Nullable TreePSet<ManifestKey> others = index.get(name);
            index = index.plus(name, others == null ? TreePSet.singleton(key) : others.plus(key));
        }
        return new LiveView(
                new ManifestView(
                        manifests.revision(), cleared.manifests.manifests().plus(key, declared)),
                guard,
                index);
    }

    private LiveView without(ManifestKey key) {
        @Nullable DeclaredManifest existing = manifests.manifests().get(key);
        if (existing == null) {
            return this;
        }
        var index = declarations;
        if (existing.manifest().spec() instanceof Spec.RawResource resource) {
            Declared name = new Declared(resource.type(), resource.resourceName());
            @Nullable TreePSet<ManifestKey> keys = index.get(name);
            TreePSet<ManifestKey> others = keys == null ? TreePSet.empty() : keys.minus(key);
            index = others.isEmpty() ? index.minus(name) : index.plus(name, others);
        }
        return new LiveView(
                new ManifestView(manifests.revision(), manifests.manifests().minus(key)), guard, index);
    }
}
