package io.chancery.xds;

import io.chancery.model.ResourceType;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A way to have resources: which variant, over the aggregated stream or the type's own service, and of which type.
 *
 * @param type that is declared and asked for
 */
record Way(Variant variant, boolean aggregated, ResourceType type) {

    /** Every way that the protocol has; single endpoints are declared by nobody. */
    static Stream<Way> all() {
        return Stream.of(ResourceType.values())
                .filter(type -> type != ResourceType.LOCALITY_ENDPOINT)
                .flatMap(type -> Stream.of(Variant.values())
                        .filter(variant -> variant == Variant.DELTA || type != ResourceType.VIRTUAL_HOST)
                        .flatMap(variant ->
                                Stream.of(true, false).map(aggregated -> new Way(variant, aggregated, type))));
    }

    /** On services of single types. */
    static Stream<Way> single() {
        return all().filter(way -> !way.aggregated);
    }

    static Stream<Way> sotw() {
        return all().filter(way -> way.variant == Variant.SOTW);
    }

    static Stream<Way> delta() {
        return all().filter(way -> way.variant == Variant.DELTA);
    }

    /** Types of which a response in state of the world is complete, and that can be had without names. */
    static Stream<Way> whole() {
        return all().filter(way -> way.type.isWhole());
    }

    static Stream<Way> sotwWhole() {
        return sotw().filter(way -> way.type.isWhole());
    }

    static Stream<Way> deltaWhole() {
        return delta().filter(way -> way.type.isWhole());
    }

    /** Types that are asked for by name. */
    static Stream<Way> parts() {
        return all().filter(Predicate.not(way -> way.type.isWhole()))
                .filter(way -> way.type != ResourceType.VIRTUAL_HOST);
    }

    static Stream<Way> sotwParts() {
        return parts().filter(way -> way.variant == Variant.SOTW);
    }

    static Stream<Way> deltaParts() {
        return parts().filter(way -> way.variant == Variant.DELTA);
    }

    /** Virtual hosts, which have other names than their own. */
    static Stream<Way> hosts() {
        return all().filter(way -> way.type == ResourceType.VIRTUAL_HOST);
    }

    /** One of each way for rules that do not depend on the type. */
    static Stream<Way> ofEndpoints() {
        return all().filter(way -> way.type == ResourceType.ENDPOINT);
    }

    TestingXdsClient open(TestingControlPlane controlPlane) {
        return controlPlane.client(variant, aggregated ? Optional.empty() : Optional.of(type));
    }

    String typeUrl() {
        return type.typeUrl();
    }

    /** The name as resources of this type have it. */
    String name(String name) {
        return type == ResourceType.VIRTUAL_HOST && !name.equals("*") ? "rc/" + name : name;
    }

    String[] names(String... names) {
        return Stream.of(names).map(this::name).toArray(String[]::new);
    }

    @Override
    public String toString() {
        return type.shortName() + ", " + variant.tag() + (aggregated ? " on ADS" : " on its own service");
    }
}
