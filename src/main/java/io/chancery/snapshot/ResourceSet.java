package io.chancery.snapshot;

import io.chancery.model.GlobName;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * All resources of one type, sorted by name, with a version of the whole. Immutable; a set that differs in one resource
 * shares the rest and costs O(log n) to make.
 */
public final class ResourceSet {

    public static final ResourceSet EMPTY = new ResourceSet(TreePMap.empty(), TreePMap.empty(), Traits.NONE, 0, 0);

    /**
     * What is so of few resources.
     *
     * @param withheld by name, the version that is held back because a client refused it
     * @param expiring those that have a time to live
     */
    private record Traits(TreePMap<String, String> withheld, TreePMap<String, Resource> expiring) {

        private static final Traits NONE = new Traits(TreePMap.empty(), TreePMap.empty());

        Traits with(Resource resource) {
            return resource.ttl().isEmpty() ? this : new Traits(withheld, expiring.plus(resource.name(), resource));
        }

        Traits without(String name) {
            return expiring.containsKey(name) ? new Traits(withheld, expiring.minus(name)) : this;
        }
    }

    private final TreePMap<String, Resource> byName;

    /** The real name for each alias. */
    private final TreePMap<String, String> aliases;

    private final Traits traits;

    /*
     * The sum of the resources' hashes, modulo 2^64 in each half: it does not depend on order and is kept up to date by
     * adding what comes and subtracting what goes.
     */
    private final long sumHigh;
    private final long sumLow;

    /** Made when first asked for; threads that race make equal lists. */
    private volatile @Nullable List<Resource> all;

    private volatile @Nullable Set<Reference> references;
    private volatile @Nullable String version;

    private ResourceSet(
            TreePMap<String, Resource> byName,
            TreePMap<String, String> aliases,
            Traits traits,
            long sumHigh,
            long sumLow) {
        this.byName = byName;
        this.aliases = aliases;
        this.traits = traits;
        this.sumHigh = sumHigh;
        this.sumLow = sumLow;
    }

    /** Returns the resource that has this name, or else this alias. */
    public @Nullable Resource get(String name) {
        @Nullable Resource resource = byName.get(name);
        if (resource != null || aliases.isEmpty()) {
            return resource;
        }
        @Nullable String real = aliases.get(name);
        return real == null ? null : byName.get(real);
    }

    /** All resources, sorted by name; the same list at every call. */
    public List<Resource> all() {
        List<Resource> resources = all;
        if (resources == null) {
            resources = List.copyOf(byName.values());
            all = resources;
        }
        return resources;
    }

    /** The members of a glob collection, sorted by name. */
    public List<Resource> membersOf(String glob) {
        Optional<String> collection = Optional.of(glob);
        return under(GlobName.prefix(glob)).stream()
                .filter(resource -> GlobName.of(resource.name()).equals(collection))
                .toList();
    }

    /** The resources whose names begin so, sorted by name. */
    public Collection<Resource> under(String prefix) {
        return prefix.isEmpty()
                ? all()
                : byName.subMap(prefix, prefix + Character.MAX_VALUE).values();
    }

    public int size() {
        return byName.size();
    }

    /** Names the content of the whole set; equal sets have equal versions on every replica and after every restart. */
    public String version() {
        @Nullable String known = version;
        if (known == null) {
            known = hex(sumHigh, sumLow);
            version = known;
        }
        return known;
    }

    /** The version that a set of these resources would have, each given once. */
    public static String versionOf(Collection<Resource> resources) {
        long high = 0;
        long low = 0;
        for (Resource resource : resources) {
            high += resource.hashHigh();
            low += resource.hashLow();
        }
        return hex(high, low);
    }

    private static String hex(long high, long low) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(high) + hex.toHexDigits(low);
    }

    /**
     * Whether this version is held back: it is not in the set, but a client that accepted it keeps it.
     *
     * @param version of a resource named {@code name}
     */
    public boolean isWithheld(String name, String version) {
        return version.equals(traits.withheld().get(name));
    }

    /** The versions that are held back, by name. */
    public Map<String, String> withheld() {
        return traits.withheld();
    }

    /** The resources that have a time to live, sorted by name; kept up to date, so that to ask costs nothing. */
    public Collection<Resource> expiring() {
        return traits.expiring().values();
    }

    /** What the resources of this set name, all together. */
    public Set<Reference> references() {
        Set<Reference> union = references;
        if (union == null) {
            union = new HashSet<>();
            for (Resource resource : byName.values()) {
                union.addAll(resource.references());
            }
            references = union;
        }
        return union;
    }

    /** The names under which there is another resource, or none, in the other set. */
    public Set<String> namesThatDiffer(ResourceSet other) {
        Set<String> names = new HashSet<>();
        Map<String, Resource> others = HashMap.newHashMap(other.size());
        others.putAll(other.byName);
        byName.forEach((name, resource) -> {
            if (!Objects.equals(others.remove(name), resource)) {
                names.add(name);
            }
        });
        names.addAll(others.keySet());
        for (Map.Entry<String, String> alias : aliases.entrySet()) {
            if (names.contains(alias.getValue())) {
                names.add(alias.getKey());
            }
        }
        for (Map.Entry<String, String> alias : other.aliases.entrySet()) {
            if (names.contains(alias.getValue())) {
                names.add(alias.getKey());
            }
        }
        return names;
    }

    ResourceSet with(Resource resource) {
        ResourceSet rest = without(resource.name());
        TreePMap<String, String> nextAliases = rest.aliases;
        for (String alias : resource.aliases()) {
            nextAliases = nextAliases.plus(alias, resource.name());
        }
        return new ResourceSet(
                rest.byName.plus(resource.name(), resource),
                nextAliases,
                rest.traits.with(resource),
                rest.sumHigh + resource.hashHigh(),
                rest.sumLow + resource.hashLow());
    }

    ResourceSet without(String name) {
        @Nullable Resource former = byName.get(name);
        if (former == null) {
            return this;
        }
        TreePMap<String, String> nextAliases = aliases;
        for (String alias : former.aliases()) {
            if (name.equals(nextAliases.get(alias))) {
                nextAliases = nextAliases.minus(alias);
            }
        }
        return new ResourceSet(
                byName.minus(name),
                nextAliases,
                traits.without(name),
                sumHigh - former.hashHigh(),
                sumLow - former.hashLow());
    }

    /** Notes, or with an empty version forgets, that a version of the resource is held back. */
    ResourceSet withholding(String name, Optional<String> version) {
        TreePMap<String, String> withheld = traits.withheld();
        if (version.equals(Optional.ofNullable(withheld.get(name)))) {
            return this;
        }
        TreePMap<String, String> next =
                version.map(held -> withheld.plus(name, held)).orElseGet(() -> withheld.minus(name));
        return new ResourceSet(byName, aliases, new Traits(next, traits.expiring()), sumHigh, sumLow);
    }
}
