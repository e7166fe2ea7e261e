package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.EnvoySince;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Quarantine.ResourceName;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The last versions of each resource that some node accepted, those of resources that are gone included. Safe for use by
 * any thread; bounded, and the first to be forgotten are the resources that are gone longest.
 */
@ThreadSafe
final class AcceptedVersions {

    static final int MAX_NAMES = 200_000;
    static final int MAX_GONE = 10_000;

    /** Of one source, for the same nodes: the last, and one before it in case that one is refused by another node. */
    private static final int MAX_OF_A_SOURCE = 2;

    private static final int MAX_OF_A_NAME = 16;

    private static final Comparator<Resource> LATEST_FIRST = Comparator.comparing(
                    (Resource resource) -> resource.origin().revision())
            .reversed();

    /** The latest first. */
    private final ConcurrentHashMap<ResourceName, List<Resource>> byName = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private final LinkedHashSet<ResourceName> gone = new LinkedHashSet<>();

    /** What succeed each other, for nodes that understand the same. */
    private record Line(String source, Optional<EnvoySince> since) {

        static Line of(Origin origin) {
            return new Line(origin.source(), origin.since());
        }
    }

    /** Takes note that a node has accepted the resources. Cheap where that is known. */
    void accepted(List<Resource> resources) {
        for (Resource resource : resources) {
            ResourceName name = name(resource);
            @Nullable List<Resource> known = byName.get(name);
            // What has no source says only that something does not exist.
            if ((known == null || !isNoNews(known.getFirst(), resource))
                    && !resource.origin().source().isEmpty()
                    && (known != null || byName.size() < MAX_NAMES)) {
                byName.merge(name, List.of(resource), (before, own) -> with(before, own.getFirst()));
            }
        }
    }

    private static ResourceName name(Resource resource) {
        return new ResourceName(resource.type(), resource.name());
    }

    private static boolean isNoNews(Resource last, Resource resource) {
        return last.equals(resource) && last.origin().equals(resource.origin());
    }

    private static List<Resource> with(List<Resource> before, Resource resource) {
        List<Resource> next = new ArrayList<>(before.size() + 1);
        for (Resource one : before) {
            boolean same =
                    one.equals(resource) && isOfSource(one, resource.origin().source());
            if (same && LATEST_FIRST.compare(one, resource) < 0) {
                return before;
            }
            if (!same) {
                next.add(one);
            }
        }
        // Of equal revisions (nothing but time passed between them) the one that was accepted last is the latest.
        next.addFirst(resource);
        next.sort(LATEST_FIRST);
        Map<Line, Integer> ofLine = new HashMap<>();
        next.removeIf(one -> ofLine.merge(Line.of(one.origin()), 1, Integer::sum) > MAX_OF_A_SOURCE);
        return List.copyOf(next.subList(0, Math.min(next.size(), MAX_OF_A_NAME)));
    }

    private static boolean isOfSource(Resource resource, String source) {
        return resource.origin().source().equals(source);
    }

    /** Takes note that a resource is in no snapshot any longer. */
    synchronized void gone(ResourceName name) {
        if (byName.containsKey(name)) {
            gone.remove(name);
            gone.add(name);
        }
        Iterator<ResourceName> eldest = gone.iterator();
        for (int surplus = gone.size() - MAX_GONE; surplus > 0; surplus--) {
            byName.remove(eldest.next());
            eldest.remove();
        }
    }

    /** Takes note that a resource is there again. */
    synchronized void there(ResourceName name) {
        gone.remove(name);
    }

    /** Whether a node has accepted this version. */
    boolean has(Resource resource) {
        return byName.getOrDefault(name(resource), List.of()).contains(resource);
    }

    /** The last other version from the same source that a node accepted, and that whoever was to have the resource understands. */
    Optional<Resource> lastBeside(Resource resource, Predicate<Resource> good) {
        return byName.getOrDefault(name(resource), List.of()).stream()
                .filter(one -> isOfSource(one, resource.origin().source()))
                .filter(one -> !one.equals(resource))
                .filter(one -> one.origin().isFitFor(resource.origin()))
                .filter(good)
                .findFirst();
    }

    /**
     * What the resources name, and what that names in turn, as far as it is missing and was accepted once.
     *
     * @param missing whether something that is named does not exist now
     * @param good which versions may be used
     */
    List<Resource> companions(Collection<Resource> resources, Predicate<Reference> missing, Predicate<Resource> good) {
        List<Resource> companions = new ArrayList<>();
        Set<Reference> seen = new LinkedHashSet<>();
        resources.forEach(resource -> resource.references().forEach(reference -> seen.add(reference.whole())));
        List<Reference> open = new ArrayList<>(seen);
        while (!open.isEmpty()) {
            Reference reference = open.removeLast();
            if (missing.test(reference)) {
                last(reference, good).ifPresent(companion -> {
                    companions.add(companion);
                    companion.references().stream()
                            .map(Reference::whole)
                            .filter(seen::add)
                            .forEach(open::add);
                });
            }
        }
        companions.sort(Comparator.comparing(Resource::type).thenComparing(Resource::name));
        return companions;
    }

    private Optional<Resource> last(Reference reference, Predicate<Resource> good) {
        return byName.getOrDefault(new ResourceName(reference.type(), reference.name()), List.of()).stream()
                .filter(good)
                .findFirst();
    }
}
