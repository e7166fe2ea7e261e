package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Two manifests that no Envoy could have both. */
class RivalCheckTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final Store store = Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry());
    private final ManifestRegistry registry =
            new ManifestRegistry(store, _ -> true, Vault.inMemory(), InstantSource.system(), new SimpleMeterRegistry());

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void twoListenersOnOnePortAreRefusedForTheSameNodes() {
        assertThat(faults(listener("a", "", 80))).isEmpty();
        assertThat(faults(listener("b", "", 80)))
                .containsExactly(new Fault(
                        0,
                        "spec",
                        "must not listen on 0.0.0.0:80 where Listener/a does; they need different ports or addresses, or"
                                + " different nodes"));
        assertThat(faults(listener("b", "'nodes':{'id':'x'},", 80))).hasSize(1);
        assertThat(faults(listener("b", "", 81))).isEmpty();
    }

    @Test
    void forDifferentNodesThePortsDoNotMeet() {
        assertThat(faults(listener("a", "'nodes':{'id':'x'},", 80), listener("b", "'nodes':{'id':'y'},", 80)))
                .isEmpty();
        assertThat(faults(listener("c", "'nodes':{'id':'y'},", 80))).hasSize(1);
    }

    @Test
    void aPortIsFreeOnceItsListenerGoesOrMoves() {
        assertThat(faults(listener("a", "", 80))).isEmpty();
        assertThat(faults(listener("a", "", 81), listener("b", "", 80))).isEmpty();
        assertThat(faults("{'kind':'Listener','name':'b','delete':true}", listener("c", "", 80)))
                .isEmpty();
    }

    @Test
    void twoOfOneRequestAreRefusedToo() {
        assertThat(faults(listener("a", "", 80), listener("b", "", 80)))
                .extracting(Fault::document)
                .containsExactly(1);
    }

    @Test
    void aSidecarsPortsCount() {
        String sidecar =
                "{'kind':'Sidecar','name':'s','nodes':{'cluster':'c'},'spec':{'service':'s','applicationPort':8080,"
                        + "'dependencies':[{'service':'redis','port':6379}]}}";
        assertThat(faults(sidecar)).isEmpty();
        assertThat(faults(listener("a", "", 9080))).hasSize(1);
        assertThat(faults(listener("a", "", 6379))).as("on another address").isEmpty();
    }

    private static String listener(String name, String nodes, int port) {
        return "{'kind':'Listener','name':'" + name + "'," + nodes + "'spec':{'port':" + port
                + ",'routes':[{'response':{'status':200}}]}}";
    }

    private List<Fault> faults(String... documents) {
        List<Change> changes = new ArrayList<>();
        for (String document : documents) {
            switch (Documents.read(changes.size(), JSON.readTree(document.replace('\'', '"')))) {
                case DocumentResult.Read(Change change) -> changes.add(change);
                case DocumentResult.Faulty(List<Fault> faults) -> throw new AssertionError(faults.toString());
            }
        }
        return switch (registry.apply(changes, "tester")) {
            case ApplyResult.Applied _ -> List.of();
            case ApplyResult.PreconditionFailed failed -> throw new AssertionError(failed.toString());
            case ApplyResult.OwnedByFile owned -> throw new AssertionError(owned.toString());
            case ApplyResult.Refused(List<Fault> faults) -> faults;
        };
    }
}
