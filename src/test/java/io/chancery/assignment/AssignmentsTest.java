package io.chancery.assignment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Endpoint;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegisterResult;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AssignmentsTest {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(InstantSource.system(), meters);
    private final EndpointRegistry endpoints = new EndpointRegistry(store, 100, meters);
    private final ManifestRegistry manifests = new ManifestRegistry(
            store, ServiceDirectory.of(endpoints), Vault.inMemory(), InstantSource.system(), meters);
    private final Assignments assignments = new Assignments(manifests, endpoints, meters);

    @AfterEach
    void close() {
        manifests.close();
        endpoints.close();
        store.close();
    }

    @Test
    void aServiceWithoutPolicyHasNoShards() {
        register("shop", 1, EndpointState.ACTIVE);

        assertThat(assignments.of("shop")).isEmpty();
    }

    @Test
    void theShardsFollowThePolicyAndTheEndpoints() {
        IntStream.rangeClosed(1, 8).forEach(i -> register("shop", i, EndpointState.ACTIVE));
        declare("shop", "{\"customer\": {\"header\": \"x-id\"}}");
        assertThat(hosts("shop")).isEqualTo(8);

        register("shop", 9, EndpointState.ACTIVE);
        assertThat(hosts("shop")).isEqualTo(9);

        register("shop", 9, EndpointState.DRAINING);
        assertThat(hosts("shop")).isEqualTo(8);

        declare("shop", "{\"customer\": {\"header\": \"x-id\"}, \"size\": 3}");
        assertThat(assignments.of("shop").orElseThrow().sharding().shardOf("a").hosts())
                .hasSize(3);
    }

    @Test
    void whatIsAskedForAgainIsNotComputedAgain() {
        register("shop", 1, EndpointState.ACTIVE);
        declare("shop", "{\"customer\": {\"header\": \"x-id\"}}");

        assertThat(assignments.of("shop").orElseThrow().sharding())
                .isSameAs(assignments.of("shop").orElseThrow().sharding());
    }

    @Test
    void theFiguresAreThoseOfAllServices() {
        assertThat(gauge("shards")).isZero();
        assertThat(gauge("imbalance")).isEqualTo(1);
        assertThat(perHost("min")).isZero();

        IntStream.rangeClosed(1, 8).forEach(i -> register("shop", i, EndpointState.ACTIVE));
        IntStream.rangeClosed(1, 4).forEach(i -> register("cart", i, EndpointState.ACTIVE));
        declare(
                "shop",
                "{\"customer\": {\"header\": \"x-id\"}, \"customers\": {\"a\": {\"size\": 3}, \"b\": {\"bar\": [\"10.0.0.1:80\"]}}}");
        declare("cart", "{\"customer\": {\"header\": \"x-id\"}, \"shards\": 100, \"size\": 1}");

        assertThat(gauge("shards")).isEqualTo(2 * 1_024 + 1 + 100);
        assertThat(gauge("customers")).isEqualTo(2);
        assertThat(gauge("hosts")).isEqualTo(12);
        assertThat(perHost("mean")).isCloseTo((2_048 + 100) / 12.0, within(1e-9));
        assertThat(perHost("max")).isBetween(256.0, 290.0);
        assertThat(perHost("min")).isBetween(1.0, 25.0);
        assertThat(gauge("imbalance")).isBetween(1.0, 1.6);

        declare("shop", "{\"customer\": {\"header\": \"x-id\"}}");
        assertThat(gauge("customers")).isZero();
        remove("shop");
        assertThat(gauge("hosts")).isEqualTo(4);
    }

    private int hosts(String service) {
        return assignments.of(service).orElseThrow().sharding().current().total();
    }

    private double gauge(String name) {
        return meters.get("chancery.sharding." + name).gauge().value();
    }

    private double perHost(String statistic) {
        return meters.get("chancery.sharding.host.shards")
                .tag("statistic", statistic)
                .gauge()
                .value();
    }

    private void register(String service, int i, EndpointState state) {
        RegisterResult result = endpoints.register(
                new ServiceName(service),
                Endpoint.of(HostPort.parse("10.0.0." + i + ":80")).in(state),
                Precondition.NONE);
        assertThat(result).isInstanceOfAny(RegisterResult.Added.class, RegisterResult.Updated.class);
    }

    private void declare(String service, String spec) {
        DocumentResult read = Documents.read(
                new ManifestKey(ManifestKind.SHUFFLE_SHARD, service),
                new JsonMapper().readTree("{\"spec\": " + spec + "}"),
                Precondition.NONE);
        assertThat(read).isInstanceOf(DocumentResult.Read.class);
        apply(((DocumentResult.Read) read).change());
    }

    private void remove(String service) {
        apply(new Change.Delete(new ManifestKey(ManifestKind.SHUFFLE_SHARD, service), Precondition.NONE));
    }

    private void apply(Change change) {
        assertThat(manifests.apply(List.of(change), "test")).isInstanceOf(ApplyResult.Applied.class);
    }
}
