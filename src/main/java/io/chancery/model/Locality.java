package io.chancery.model;

import java.util.Comparator;

/**
 * Where an endpoint runs, as Envoy's {@code Locality} has it; an empty part is one that was not said.
 *
 * @param region at most {@value #MAX_LENGTH} letters, digits and {@code . _ / -}
 * @param zone likewise; needs a region
 * @param subZone likewise; needs a zone
 */
public record Locality(String region, String zone, String subZone) implements Comparable<Locality> {

    public static final int MAX_LENGTH = 128;

    private static final Alphabet ALLOWED = new Alphabet("._/-");
    private static final Comparator<Locality> ORDER =
            Comparator.comparing(Locality::region).thenComparing(Locality::zone).thenComparing(Locality::subZone);

    /** Not said at all. */
    public static final Locality UNKNOWN = new Locality("", "", "");

    public Locality {
        check("locality.region", region);
        check("locality.zone", zone);
        check("locality.subZone", subZone);
        if (region.isEmpty() && !zone.isEmpty()) {
            throw new InvalidValueException("locality.region", "must be given where there is a zone");
        }
        if (zone.isEmpty() && !subZone.isEmpty()) {
            throw new InvalidValueException("locality.zone", "must be given where there is a sub-zone");
        }
    }

    private static void check(String field, String part) {
        if (part.length() > MAX_LENGTH || !ALLOWED.hasAllOf(part)) {
            throw new InvalidValueException(
                    field, "must be at most " + MAX_LENGTH + " letters, digits and . _ / -, for example eu-west-1");
        }
    }

    @Override
    public int compareTo(Locality other) {
        return ORDER.compare(this, other);
    }
}
