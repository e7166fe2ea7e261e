package io.chancery.snapshot;

import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * All resources of one type, sorted by name, with a version of the whole. Immutable; a set that differs in one resource
 * shares the rest and costs O(log n) to make.
 */
public final class ResourceSet {

    public static final ResourceSet EMPTY = new ResourceSet(TreePMap.empty(), 0, 0);

    private final TreePMap<String, Resource> byName;

    /*
     * The sum of the resources' hashes, modulo 2^64 in each half: it does not depend on order and is kept up to date by
     * adding what comes and subtracting what goes.
     */
    private final long sumHigh;
    private final long sumLow;

    /** Made when first asked for; threads that race make equal lists. */
    private volatile @Nullable List<Resource> all;

    private ResourceSet(TreePMap<String, Resource> byName, long sumHigh, long sumLow) {
        this.byName = byName;
        this.sumHigh = sumHigh;
        this.sumLow = sumLow;
    }

    public @Nullable Resource get(String name) {
        return byName.get(name);
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

    public int size() {
        return byName.size();
    }

    /** Names the content of the whole set; equal sets have equal versions on every replica and after every restart. */
    public String version() {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(sumHigh) + hex.toHexDigits(sumLow);
    }

    ResourceSet with(Resource resource) {
        ResourceSet rest = without(resource.name());
        return new ResourceSet(
                rest.byName.plus(resource.name(), resource),
                rest.sumHigh + resource.hashHigh(),
                rest.sumLow + resource.hashLow());
    }

    ResourceSet without(String name) {
        @Nullable Resource former = byName.get(name);
        return former == null
                ? this
                : new ResourceSet(byName.minus(name), sumHigh - former.hashHigh(), sumLow - former.hashLow());
    }
}
