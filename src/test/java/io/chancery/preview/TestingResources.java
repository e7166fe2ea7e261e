package io.chancery.preview;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.registry.EndpointRegistry;
import io.chancery.snapshot.Compilation;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What documents compile to, for nodes that all of them are for. */
final class TestingResources {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TestingResources() {}

    static Map<Reference, Resource> of(String... documents) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        List<Change> changes = new ArrayList<>();
        for (String document : documents) {
            changes.add(
                    assertInstanceOf(DocumentResult.Read.class, Documents.read(changes.size(), JSON.readTree(document)))
                            .change());
        }
        try (Store store = Stores.inMemory(InstantSource.system(), meters);
                EndpointRegistry endpoints = new EndpointRegistry(store, 10, meters);
                ManifestRegistry manifests = new ManifestRegistry(
                        store, ServiceDirectory.of(endpoints), Vault.inMemory(), InstantSource.system(), meters)) {
            assertInstanceOf(ApplyResult.Applied.class, manifests.apply(changes, "test"));
            return Side.whole(manifests.view(), Compilation.of(endpoints)).complete(_ -> true);
        }
    }
}
