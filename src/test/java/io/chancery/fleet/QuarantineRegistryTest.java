package io.chancery.fleet;

import static io.chancery.fleet.TestingVersions.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.fleet.RefusedVersion.State;
import io.chancery.model.EnvoySince;
import io.chancery.model.Revision;
import io.chancery.snapshot.Quarantine;
import io.chancery.snapshot.Resource;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreView;
import io.chancery.store.Stores;
import io.chancery.store.Transaction;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuarantineRegistryTest {

    private static final Vault VAULT = Vault.inMemory();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    private final Store store = Stores.inMemory(CLOCK, new SimpleMeterRegistry());

    private static RefusedVersion refused(Resource bad, Optional<Resource> good, State state) {
        return new RefusedVersion(
                new Quarantine.ResourceName(bad.type(), bad.name()),
                bad.version(),
                state,
                bad.origin(),
                new RefusedVersion.Replacement(good, List.of(cluster("needed", 7))),
                new RefusedVersion.Cause("it cannot be", List.of("edge-1", "edge-2")),
                Instant.parse("2026-01-01T12:00:00Z"));
    }

    @Test
    void whatIsStoredIsReadAgainAsItWas(@TempDir Path folder) {
        EnvoySince since = new EnvoySince(1, 36);
        Resource good = TestingVersions.since(cluster("a", 1), since);
        RefusedVersion held = refused(TestingVersions.since(cluster("a", 2), since), Optional.of(good), State.HELD);
        RefusedVersion alone = refused(cluster("b", 2), Optional.empty(), State.HELD);
        RefusedVersion released = refused(cluster("c", 2), Optional.empty(), State.RELEASED);
        try (Store disk = Stores.sqlite(folder, CLOCK, new SimpleMeterRegistry());
                QuarantineRegistry registry = new QuarantineRegistry(disk, VAULT, QuarantineMode.ROLLBACK)) {
            for (RefusedVersion one : List.of(held, alone, released)) {
                registry.add(one);
            }
        }

        try (Store disk = Stores.sqlite(folder, CLOCK, new SimpleMeterRegistry());
                QuarantineRegistry registry = new QuarantineRegistry(disk, VAULT, QuarantineMode.ROLLBACK)) {
            assertThat(registry.versions().values()).containsExactlyInAnyOrder(held, alone, released);
            assertThat(registry.view().held()).containsOnlyKeys(held.version(), alone.version());
            assertThat(registry.view().remembered()).containsOnlyKeys(released.version());
            Quarantine.HeldBack back =
                    Objects.requireNonNull(registry.view().held().get(held.version()));
            assertThat(back).isEqualTo(held.toHeldBack());
            assertThat(back.instead().orElseThrow().content()).isEqualTo(good.content());
            assertThat(back.instead().orElseThrow().origin()).isEqualTo(good.origin());
            assertThat(back.companions()).containsExactly(cluster("needed", 7));
            assertThat(registry.view().revision()).isEqualTo(new Revision(3));
        }
    }

    @Test
    void noSecretThatIsKeptWithOneIsReadableInTheStore() {
        Resource good = TestingVersions.secret("a", "hunter2");
        RefusedVersion held = refused(cluster("b", 2), Optional.of(good), State.HELD);
        try (QuarantineRegistry registry = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK)) {
            registry.add(held);
            registry.add(refused(cluster("c", 2), Optional.of(cluster("c", 1)), State.HELD));
        }

        List<byte[]> stored = store.read("quarantine/").entries().stream()
                .map(StoreView.Entry::value)
                .toList();
        assertThat(stored).filteredOn(Vault::isSealed).hasSize(1);
        assertThat(stored)
                .allSatisfy(value -> assertThat(new String(value, StandardCharsets.ISO_8859_1))
                        .doesNotContain(
                                "hunter2",
                                Base64.getEncoder().encodeToString("hunter2".getBytes(StandardCharsets.UTF_8))));
        try (QuarantineRegistry registry = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK)) {
            assertThat(registry.version(held.version())).contains(held);
        }
    }

    @Test
    void anotherReplicaSeesIt() {
        try (QuarantineRegistry one = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK);
                QuarantineRegistry other = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK)) {
            List<Set<Quarantine.ResourceName>> told = new ArrayList<>();
            other.addListener(told::add);

            one.add(refused(cluster("a", 2), Optional.empty(), State.HELD));
            one.remove(cluster("a", 2).version());

            Quarantine.ResourceName name =
                    new Quarantine.ResourceName(cluster("a", 2).type(), "a");
            assertThat(told).containsExactly(Set.of(name), Set.of(name));
            assertThat(other.versions()).isEmpty();
        }
    }

    @Test
    void whatIsThereIsNotAddedAgain() {
        try (QuarantineRegistry registry = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK)) {
            registry.add(refused(cluster("a", 2), Optional.empty(), State.RELEASED));
            registry.add(refused(cluster("a", 2), Optional.empty(), State.HELD));

            assertThat(registry.version(cluster("a", 2).version()).orElseThrow().state())
                    .isEqualTo(State.RELEASED);
        }
    }

    @Test
    void aChangeThatChangesNothingHasTheRevisionOfTheLast() {
        try (QuarantineRegistry registry = new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK)) {
            registry.add(refused(cluster("a", 2), Optional.empty(), State.HELD));

            assertThat(registry.change(cluster("a", 2).version(), known -> known))
                    .contains(new Revision(1));
            assertThat(registry.change("none", known -> known)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\2{}", "\1{}", "\1[", "\1{\"type\": \"cds\", \"name\": \"a\", \"state\": \"lost\"}"})
    void aDamagedValueStopsTheStart(String value) {
        store.commit(new Transaction(
                        List.of(),
                        List.of(new Operation.Put("quarantine/abc", value.getBytes(StandardCharsets.UTF_8)))))
                .join();

        assertThatThrownBy(() -> new QuarantineRegistry(store, VAULT, QuarantineMode.ROLLBACK).close())
                .isInstanceOf(UnreadableQuarantineException.class)
                .hasMessageContaining("quarantine/abc");
    }
}
