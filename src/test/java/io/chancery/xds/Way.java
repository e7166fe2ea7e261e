package io.chancery.xds;

import java.util.stream.Stream;

/** A way to have resources of a type: which variant, and over the aggregated stream or the type's own service. */
record Way(Variant variant, boolean aggregated) {

    static Stream<Way> all() {
        return Stream.concat(sotw(), delta());
    }

    static Stream<Way> sotw() {
        return Stream.of(new Way(Variant.SOTW, true), new Way(Variant.SOTW, false));
    }

    static Stream<Way> delta() {
        return Stream.of(new Way(Variant.DELTA, true), new Way(Variant.DELTA, false));
    }

    TestingXdsClient open(TestingControlPlane controlPlane, String typeUrl) {
        if (aggregated) {
            return controlPlane.client(variant, TestingXdsClient.Service.ADS);
        }
        return controlPlane.client(
                variant,
                typeUrl.equals(TestingXdsClient.CDS) ? TestingXdsClient.Service.CDS : TestingXdsClient.Service.EDS);
    }

    @Override
    public String toString() {
        return variant.tag() + (aggregated ? " on ADS" : " on its own service");
    }
}
