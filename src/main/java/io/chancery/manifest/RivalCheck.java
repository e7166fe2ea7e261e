package io.chancery.manifest;

import io.chancery.manifest.spec.Bind;
import io.chancery.manifest.spec.DeclaredName;
import io.chancery.model.NodeSelector;
import io.chancery.registry.Precondition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds manifests that cannot both be in force for a node: two that declare the same resource, of which none could say which
 * counts, and two that listen on the same port, of which Envoy would refuse one. Used once.
 */
final class RivalCheck {

    private final LiveView view;
    private final List<Change> changes;
    private final Map<ManifestKey, Integer> places = new HashMap<>();

    RivalCheck(LiveView view, List<Change> changes) {
        this.view = view;
        this.changes = changes;
        for (int i = 0; i < changes.size(); i++) {
            places.put(changes.get(i).key(), i);
        }
    }

    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        Map<DeclaredName, List<Manifest>> declared = new HashMap<>();
        Map<Bind, List<Manifest>> bound = new HashMap<>();
        for (int i = 0; i < changes.size(); i++) {
            if (changes.get(i) instanceof Change.Put(Manifest manifest, Precondition _)) {
                int place = i;
                for (DeclaredName name : manifest.spec().declares(manifest.key().name())) {
                    rivals(name, view::declaring, declared).stream()
                            .filter(rival -> rival.nodes().equals(manifest.nodes()))
                            .forEach(rival -> faults.add(sameResource(place, manifest, rival)));
                    add(declared, name, manifest);
                }
                for (Bind port : new LinkedHashSet<>(manifest.spec().binds())) {
                    rivals(port, view::binding, bound).stream()
                            .filter(rival -> meet(rival.nodes(), manifest.nodes()))
                            .forEach(rival -> faults.add(samePort(place, port, rival)));
                    add(bound, port, manifest);
                }
            }
        }
        return faults;
    }

    private static Fault sameResource(int place, Manifest manifest, Manifest rival) {
        return new Fault(
                place,
                "spec",
                "must not declare the same resource for the same nodes as " + rival.key() + " does; " + manifest.key()
                        + " and it need different names in their specs, or different nodes");
    }

    private static Fault samePort(int place, Bind port, Manifest rival) {
        return new Fault(
                place,
                "spec",
                "must not listen on " + port + " where " + rival.key()
                        + " does; they need different ports or addresses, or different nodes");
    }

    /** Whether some node is certain to match both, if any matches one; of other selectors nobody can tell. */
    private static boolean meet(NodeSelector one, NodeSelector other) {
        return one.isEvery() || other.isEvery() || one.equals(other);
    }

    private <K> Collection<Manifest> rivals(
            K what, Function<K, Set<ManifestKey>> inForce, Map<K, List<Manifest>> before) {
        List<Manifest> rivals = new ArrayList<>();
        for (ManifestKey key : inForce.apply(what)) {
            if (!places.containsKey(key)) {
                Optional.ofNullable(view.manifests().manifests().get(key))
                        .map(DeclaredManifest::manifest)
                        .ifPresent(rivals::add);
            }
        }
        rivals.addAll(before.getOrDefault(what, List.of()));
        return rivals;
    }

    private static <K> void add(Map<K, List<Manifest>> index, K what, Manifest manifest) {
        index.computeIfAbsent(what, _ -> new ArrayList<>()).add(manifest);
    }
}
