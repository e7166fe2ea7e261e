package io.chancery.snapshot;

import io.chancery.model.GlobName;
import java.util.ArrayList;
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

    public static final ResourceSet EMPTY = new ResourceSet(TreePMap.empty(), TreePMap.empty(), TreePMap.empty(), 0, 0);

    private final TreePMap<String, Resource> byName;

    /** The real name for each alias. */
    private final TreePMap<String, String> aliases;

    /** By name, the version that is held back because a client refused it. */
    private final TreePMap<String, String> withheld;

    /*
     * The sum of the resources' hashes, modulo 2^64 in each half: it does not depend on order and is kept up to date by
     * adding what comes and subtracting what goes.
     */
    private final long sumHigh;
    private final long sumLow;

    /** Made when first asked for; threads that race make equal lists. */
    private volatile @Nullable List<Resource> all;

    private volatile @Nullable Set<Reference> references;

    private ResourceSet(
            TreePMap<String, Resource> byName,
            TreePMap<String, String> aliases,
            TreePMap<String, String> withheld,
            long sumHigh,
            long sumLow) {
        this.byName = byName;
        this.aliases = aliases;
        this.withheld = withheld;
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
        String prefix = GlobName.prefix(glob);
        List<Resource> members = new ArrayList<>();
        for (Map.Entry<String, Resource> entry :
                byName.subMap(prefix, prefix + Character.MAX_VALUE).entrySet()) {
            if (GlobName.of(entry.getKey()).equals(Optional.of(glob))) {
                members.add(entry.getValue());
            }
        }
        return members;
    }

    public int size() {
        return byName.size();
    }

    /** Names the content of the whole set; equal sets have equal versions on every replica and after every restart. */
    public String version() {
        return hex(sumHigh, sumLow);
    }

    /**
     * Names the content of this set where a client has something else under some names.
     *
     * @param instead what it has under a name; empty for nothing
     */
    public String versionWith(Map<String, Optional<Resource>> instead) {
        long high = sumHigh;
        long low = sumLow;
        for (Map.Entry<String, Optional<Resource>> entry : instead.entrySet()) {
            @Nullable Resource own = byName.get(entry.getKey());
            if (own != null) {
                high -= own.hashHigh();
                low -= own.hashLow();
            }
            if (entry.getValue().isPresent()) {
                high += entry.getValue().get().hashHigh();
                low += entry.getValue().get().hashLow();
            }
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
        return version.equals(withheld.get(name));
    }

    /** The versions that are held back, by name. */
    public Map<String, String> withheld() {
        return withheld;
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
                rest.withheld,
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
                byName.minus(name), nextAliases, withheld, sumHigh - former.hashHigh(), sumLow - former.hashLow());
    }

    /** Notes, or with an empty version forgets, that a version of the resource is held back. */
    ResourceSet withholding(String name, Optional<String> version) {
        if (version.equals(Optional.ofNullable(withheld.get(name)))) {
            return this;
        }
        return new ResourceSet(
                byName,
                aliases,
                version.map(held -> withheld.plus(name, held)).orElseGet(() -> withheld.minus(name)),
                sumHigh,
                sumLow);
    }
}
