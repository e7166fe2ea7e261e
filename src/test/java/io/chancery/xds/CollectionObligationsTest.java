package io.chancery.xds;

import static io.chancery.xds.TestingXdsClient.CDS;
import static io.chancery.xds.TestingXdsClient.EDS;
import static io.chancery.xds.TestingXdsClient.LEDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import io.chancery.xds.TestingXdsClient.Received;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Section 1g of the protocol's obligations, O76: names of the scheme xdstp, and collections of them. */
class CollectionObligationsTest {

    private static final String PATH = "xdstp://org/envoy.config.cluster.v3.Cluster/";

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o76NamesAreEqualWhateverTheOrderOfTheirParameters(Variant variant) {
        declare("x?b=2&a=1");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS, PATH + "x?b=2&a=1", PATH + "x?a=1&b=2");
        assertThat(client.nextAcked().resources()).hasSize(1);
        client.unsubscribe(CDS, PATH + "x?b=2&a=1", PATH + "x?a=1&b=2");
        client.isQuiet();

        TestingXdsClient other = controlPlane.ads(variant);
        other.ask(CDS, PATH + "x?a=1&b=2");
        Received answer = other.nextAcked();
        assertThat(answer.resources()).hasSize(1);
        assertThat(answer.resources().keySet().iterator().next()).matches(".*x\\?(a=1&b=2|b=2&a=1)");
    }

    @ParameterizedTest
    @EnumSource(Variant.class)
    void o76OtherParametersMakeAnotherName(Variant variant) {
        declare("x?a=1");
        TestingXdsClient client = controlPlane.ads(variant);
        client.ask(CDS, PATH + "x?a=2");
        assertThat(client.nextAcked().resources()).isEmpty();
    }

    @Test
    void o76ACollectionHasWhatIsDirectlyUnderItsPathWithTheSameParameters() {
        declare("pool/a");
        declare("pool/b");
        declare("pool/deeper/c");
        declare("pool/with?zone=1");
        declare("poolside/d");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(CDS, PATH + "pool/*");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(PATH + "pool/a", PATH + "pool/b");

        declare("pool/e");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(PATH + "pool/e");
        declare("pool/deeper/f");
        client.isQuiet();
        controlPlane.undeclare(ResourceType.CLUSTER, PATH + "pool/a");
        Received removed = client.nextAcked();
        assertThat(removed.resources()).isEmpty();
        assertThat(removed.removed()).containsExactly(PATH + "pool/a");
        client.subscribe(CDS, PATH + "pool/*?zone=1");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(PATH + "pool/with?zone=1");
    }

    @Test
    void o76AnEmptyCollectionIsAnsweredByItsOwnNameAndFilledLater() {
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(CDS, PATH + "pool/*");
        Received empty = client.nextAcked();
        assertThat(empty.resources()).isEmpty();
        assertThat(empty.removed()).containsExactly(PATH + "pool/*");
        client.isQuiet();

        declare("pool/a");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(PATH + "pool/a");
        controlPlane.undeclare(ResourceType.CLUSTER, PATH + "pool/a");
        assertThat(client.nextAcked().removed()).contains(PATH + "pool/a");
        client.isQuiet();
    }

    @Test
    void o76ACollectionThatIsUnsubscribedIsNoLongerSent() {
        declare("pool/a");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(CDS, PATH + "pool/*", "other");
        client.nextAcked();
        client.unsubscribe(CDS, PATH + "pool/*");
        declare("pool/b");
        client.isQuiet();
        client.subscribe(CDS, PATH + "pool/*");
        assertThat(client.nextAcked().resources()).containsOnlyKeys(PATH + "pool/a", PATH + "pool/b");
    }

    @Test
    void o76AClientThatComesBackWithTheVersionsOfACollectionIsSentWhatItLacks() {
        declare("pool/a");
        declare("pool/gone");
        TestingXdsClient before = controlPlane.ads(Variant.DELTA);
        before.ask(CDS, PATH + "pool/*");
        Map<String, String> held = before.nextAcked().versions();
        before.cancel();
        controlPlane.undeclare(ResourceType.CLUSTER, PATH + "pool/gone");
        declare("pool/new");
        controlPlane.settle();

        TestingXdsClient after = controlPlane.ads(Variant.DELTA);
        after.send(after.change(CDS)
                .putAllInitialResourceVersions(held)
                .addResourceNamesSubscribe(PATH + "pool/*")
                .build());
        Received answer = after.nextAcked();
        assertThat(answer.resources()).containsOnlyKeys(PATH + "pool/new");
        assertThat(answer.removed()).containsExactly(PATH + "pool/gone");
    }

    @Test
    void o76ALargeServiceIsOneCollectionOfEndpointsAndOneChangeSendsOneEndpoint() {
        for (int i = 1; i <= 100; i++) {
            controlPlane.register("big", "10.0.0." + i + ":80");
        }
        controlPlane.declareLarge("big");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        String collection = collection(client);
        client.ask(LEDS, collection);
        Received first = client.nextAcked();
        assertThat(first.resources()).hasSize(100);

        controlPlane.register("big", "10.0.1.1:80");
        Received added = client.nextAcked();
        assertThat(added.typeUrl()).isEqualTo(LEDS);
        assertThat(added.resources()).hasSize(1);
        controlPlane.deregister("big", "10.0.1.1:80");
        Received removed = client.nextAcked();
        assertThat(removed.removed())
                .containsExactlyElementsOf(added.resources().keySet());
        client.isQuiet();
    }

    @Test
    void o76AnEmptiedCollectionFillsAgainAndAReconnectGetsAllOfIt() {
        controlPlane.register("big", "10.0.0.1:80", "10.0.0.2:80");
        controlPlane.declareLarge("big");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        String collection = collection(client);
        client.ask(LEDS, collection);
        Set<String> members = client.nextAcked().resources().keySet();

        controlPlane.deregister("big", "10.0.0.1:80");
        controlPlane.deregister("big", "10.0.0.2:80");
        assertThat(client.rest().stream().flatMap(response -> response.removed().stream()))
                .containsAll(members);
        TestingXdsClient late = controlPlane.ads(Variant.DELTA);
        assertThat(collection(late)).isEqualTo(collection);
        late.ask(LEDS, collection);
        assertThat(late.nextAcked().removed()).containsExactly(collection);

        controlPlane.register("big", "10.0.0.2:80");
        assertThat(client.rest().getLast().resources()).hasSize(1);
        assertThat(late.rest().getLast().resources()).hasSize(1);
        TestingXdsClient again = controlPlane.ads(Variant.DELTA);
        again.ask(LEDS, collection);
        assertThat(again.nextAcked().resources()).hasSize(1);
    }

    @Test
    void o76AClientThatTakesNoCollectionsGetsOneAssignment() {
        controlPlane.register("big", "10.0.0.1:80", "10.0.0.2:80");
        controlPlane.declareLarge("big");
        TestingXdsClient delta = controlPlane.ads(Variant.DELTA);
        collection(delta);
        for (TestingXdsClient plain : List.of(
                controlPlane.ads(Variant.SOTW),
                controlPlane.client(Variant.DELTA, Optional.of(ResourceType.ENDPOINT)))) {
            plain.ask(EDS, "big");
            assertThat(plain.nextAcked().targets("big")).containsExactly("10.0.0.1:80", "10.0.0.2:80");
            controlPlane.register("big", "10.0.0.3:80");
            assertThat(plain.nextAcked().targets("big")).hasSize(3);
            controlPlane.deregister("big", "10.0.0.3:80");
            plain.rest();
        }
    }

    @Test
    void o76AServiceThatBecomesLargeMovesToItsCollectionAndBack() {
        controlPlane.register("big", "10.0.0.1:80");
        TestingXdsClient client = controlPlane.ads(Variant.DELTA);
        client.ask(EDS, "big");
        assertThat(client.nextAcked().targets("big")).containsExactly("10.0.0.1:80");

        controlPlane.declareLarge("big");
        Received named = client.nextAcked();
        assertThat(named.assignment("big").getEndpoints(0).hasLedsClusterLocalityConfig())
                .isTrue();
        client.ask(LEDS, collectionIn(named));
        assertThat(client.nextAcked().resources()).hasSize(1);
        controlPlane.declareOrdinary("big");
        Map<String, Received> last = new TreeMap<>();
        client.rest().forEach(response -> last.put(response.typeUrl(), response));
        assertThat(Objects.requireNonNull(last.get(EDS)).targets("big")).containsExactly("10.0.0.1:80");
        assertThat(Objects.requireNonNull(last.get(LEDS)).removed()).hasSize(1);
    }

    /** Asks for the service's assignment, and returns the collection that it names. */
    private static String collection(TestingXdsClient client) {
        client.ask(EDS, "big");
        return collectionIn(client.nextAcked());
    }

    private static String collectionIn(Received response) {
        return response.assignment("big")
                .getEndpoints(0)
                .getLedsClusterLocalityConfig()
                .getLedsCollectionName();
    }

    private void declare(String path) {
        controlPlane.declare(
                ResourceType.CLUSTER, Cluster.newBuilder().setName(PATH + path).build());
    }
}
