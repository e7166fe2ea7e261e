package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What manifests refer to must be there, and must stay. */
class ReferenceCheckTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String ROUTES =
            "{'kind':'Listener','name':'edge','spec':{'port':80,'routes':[{'service':'a'}]}}";
    private static final String SERVICE = "{'kind':'Service','name':'a','spec':{}}";
    private static final String CLUSTER = "{'kind':'Resource','name':'raw','spec':"
            + "{'@type':'type.googleapis.com/envoy.config.cluster.v3.Cluster','name':'a'}}";
    private static final String TLS = "{'kind':'Listener','name':'tls','spec':{'port':443,"
            + "'routes':[{'response':{'status':200}}],'tls':{'certificates':'cert'}}}";
    private static final String SECRET =
            "{'kind':'Resource','name':'raw-secret','spec':{'@type':'type.googleapis.com/envoy.extensions"
                    + ".transport_sockets.tls.v3.Secret','name':'cert','generic_secret':{'secret':{'inline_string':'x'}}}}";

    private final Store store = Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry());
    private final Set<String> registered = new HashSet<>();
    private final ManifestRegistry registry = new ManifestRegistry(
            store, registered::contains, Vault.inMemory(), InstantSource.system(), new SimpleMeterRegistry());

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void aRouteToAnUnknownServiceIsRefusedWithItsName() {
        assertThat(faults(ROUTES))
                .containsExactly(new Fault(
                        0,
                        "spec.routes[0].service",
                        "must be a service that is registered or declared; there is no a"));
        assertThat(registry.view().manifests()).isEmpty();
    }

    @Test
    void theServiceMayBeRegisteredOrDeclaredOrRawOrComeInTheSameRequest() {
        assertThat(faults(ROUTES, SERVICE)).isEmpty();
        assertThat(faults(delete("Listener", "edge"), delete("Service", "a"))).isEmpty();
        assertThat(faults(CLUSTER)).isEmpty();
        assertThat(faults(ROUTES)).isEmpty();
        assertThat(faults(delete("Listener", "edge"), delete("Resource", "raw")))
                .isEmpty();
        registered.add("a");
        assertThat(faults(ROUTES)).isEmpty();
    }

    @Test
    void whatIsInUseStaysAndItIsToldWhoUsesIt() {
        assertThat(faults(ROUTES, SERVICE)).isEmpty();
        assertThat(faults(delete("Service", "a")))
                .containsExactly(new Fault(0, "", "must stay: Listener/edge cannot do without it"));
        registered.add("a");
        assertThat(faults(delete("Service", "a"))).isEmpty();
    }

    @Test
    void aReplacementOfAnotherNameCountsAsGone() {
        assertThat(faults(CLUSTER)).isEmpty();
        assertThat(faults(ROUTES)).isEmpty();
        assertThat(faults(CLUSTER.replace("'name':'a'", "'name':'b'")))
                .containsExactly(new Fault(0, "", "must stay: Listener/edge cannot do without it"));
    }

    @Test
    void aListenerNeedsItsSecret() {
        assertThat(faults(TLS))
                .containsExactly(new Fault(
                        0, "spec.tls.certificates[0]", "must be a Secret that is declared; there is no cert"));
        assertThat(faults(SECRET, TLS)).isEmpty();
        assertThat(faults(delete("Resource", "raw-secret")))
                .containsExactly(new Fault(0, "", "must stay: Listener/tls cannot do without it"));
        assertThat(faults(delete("Resource", "raw-secret"), delete("Listener", "tls")))
                .isEmpty();
    }

    @Test
    void aSecretMustBeOfTheKindThatIsAskedFor() {
        String tickets = "{'kind':'Secret','name':'cert','spec':{'sessionTicketKeys':'" + "A".repeat(107) + "='}}";
        assertThat(faults(tickets, TLS))
                .containsExactly(new Fault(
                        1, "spec.tls.certificates[0]", "must be a Secret with certificate, which cert does not have"));
    }

    @Test
    void whoForcesItIsNotAsked() {
        assertThat(faults(ApplyOptions.by("tester").with(ApplyOptions.References.UNCHECKED), ROUTES))
                .isEmpty();
    }

    private static String delete(String kind, String name) {
        return "{'kind':'" + kind + "','name':'" + name + "','delete':true}";
    }

    private List<Fault> faults(String... documents) {
        return faults(ApplyOptions.by("tester"), documents);
    }

    private List<Fault> faults(ApplyOptions options, String... documents) {
        List<Change> changes = new ArrayList<>();
        for (String document : documents) {
            switch (Documents.read(changes.size(), JSON.readTree(document.replace('\'', '"')))) {
                case DocumentResult.Read(Change change) -> changes.add(change);
                case DocumentResult.Faulty(List<Fault> faults) -> throw new AssertionError(faults.toString());
            }
        }
        return switch (registry.apply(changes, options)) {
            case ApplyResult.Applied _ -> List.of();
            case ApplyResult.PreconditionFailed failed -> throw new AssertionError(failed.toString());
            case ApplyResult.OwnedByFile owned -> throw new AssertionError(owned.toString());
            case ApplyResult.Refused(List<Fault> faults) -> faults;
        };
    }
}
