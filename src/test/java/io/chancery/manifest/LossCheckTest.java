package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** A manifest that lists endpoints does not lose most of them by a slip. */
class LossCheckTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final Store store = Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry());
    private final ManifestRegistry registry = new ManifestRegistry(
            store, _ -> false, Vault.inMemory(), InstantSource.system(), new SimpleMeterRegistry());

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @ParameterizedTest(name = "{0} endpoints become {1}: refused: {2}")
    @CsvSource({"10, 5, false", "10, 4, true", "4, 2, false", "4, 1, true", "3, 1, false", "2, 8, false"})
    void lessThanHalfOfFourOrMoreIsRefused(int before, int after, boolean refused) {
        apply(service(before, ""), ApplyOptions.by("ada"));

        ApplyResult result = apply(service(after, ""), ApplyOptions.by("ada"));

        assertThat(result instanceof ApplyResult.Refused).isEqualTo(refused);
        if (result instanceof ApplyResult.Refused(List<Fault> faults)) {
            assertThat(faults)
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.path()).isEqualTo("spec.endpoints"))
                    .satisfies(fault -> assertThat(fault.reason()).contains("of the " + before, "force=true"));
        }
    }

    @Test
    void whoInsistsIsObeyed() {
        apply(service(10, ""), ApplyOptions.by("ada"));

        assertThat(apply(service(1, ""), ApplyOptions.by("ada").with(ApplyOptions.References.UNCHECKED)))
                .isInstanceOf(ApplyResult.Applied.class);
    }

    @Test
    void aManifestMaySayThatItIsMeant() {
        apply(service(10, ""), ApplyOptions.by("ada"));

        assertThat(apply(service(1, ", 'lossLimits': {'usable': 0}"), ApplyOptions.by("ada")))
                .isInstanceOf(ApplyResult.Applied.class);
    }

    private static String service(int endpoints, String more) {
        return IntStream.range(0, endpoints)
                .mapToObj(i -> "'10.0.0." + i + ":80'")
                .collect(Collectors.joining(
                        ",", "{'kind':'Service','name':'a','spec':{'endpoints':[", "]" + more + "}}"));
    }

    private ApplyResult apply(String document, ApplyOptions options) {
        return switch (Documents.read(0, JSON.readTree(document.replace('\'', '"')))) {
            case DocumentResult.Read(Change change) -> registry.apply(List.of(change), options);
            case DocumentResult.Faulty(List<Fault> faults) -> throw new AssertionError(faults.toString());
        };
    }
}
