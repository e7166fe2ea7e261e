package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Locality;
import io.chancery.model.Node;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KnownClustersTest {

    private static final Node NODE = new Node("test-id", "mycluster", Locality.UNKNOWN, Map.of());

    private final KnownClusters known = new KnownClusters();

    @Test
    void beforeAnythingIsPublishedNoneIsKnown() {
        assertThat(known.of(NODE)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void theClustersOfANodeAreThoseOfItsSnapshot(Variant variant) {
        try (TestingControlPlane controlPlane = new TestingControlPlane()) {
            controlPlane.publisher.addListener(known);
            controlPlane.register("orders", "10.0.0.1:80");
            controlPlane.register("cart", "10.0.0.2:80");
            TestingXdsClient client = controlPlane.ads(variant);
            client.ask(CDS);
            client.nextAcked();
            controlPlane.settle();
            assertThat(known.of(NODE)).containsExactly("cart", "orders");

            controlPlane.register("payment", "10.0.0.3:80");
            client.next();
            controlPlane.settle();

            assertThat(known.of(NODE)).containsExactly("cart", "orders", "payment");
        }
    }
}
