package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.ByteString;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.chancery.store.Operation;
import io.chancery.store.Store;
import io.chancery.store.StoreView;
import io.chancery.store.Stores;
import io.chancery.store.Transaction;
import io.chancery.vault.Vault;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret cannot be read in the store, not by whoever has its files. */
class SecretsAtRestTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T12:00:00Z"));
    private static final ManifestKey KEY = new ManifestKey(ManifestKind.RESOURCE, "shop-certificate");
    private static final String STORED = "manifest/Resource/shop-certificate";

    private final Vault vault = Vault.inMemory();

    @Test
    void noByteOfAPrivateKeyIsInTheDatabaseOrItsLog(@TempDir Path folder) throws Exception {
        byte[] der = KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        String pem = "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(der)
                + "\n-----END PRIVATE KEY-----\n";
        Manifest inString = certificate("in-string", DataSource.newBuilder().setInlineString(pem));
        Manifest inBytes =
                certificate("in-bytes", DataSource.newBuilder().setInlineBytes(ByteString.copyFromUtf8(pem)));
        List<String> morsels = morsels(der, pem);
        try (Store store = Stores.sqlite(folder, CLOCK, new SimpleMeterRegistry());
                ManifestRegistry registry = registry(store)) {
            registry.apply(List.of(put(inString), put(inBytes), put(open())), "ada");
            registry.apply(List.of(new Change.Delete(inString.key(), Precondition.NONE)), "ada");
            registry.apply(List.of(put(inString)), "bob");

            assertThat(found(folder, morsels)).isEmpty();
        }
        assertThat(found(folder, morsels)).isEmpty();
        // So the search does find what is there.
        assertThat(found(folder, List.of("an-open-cluster"))).isNotEmpty();
        try (Store store = Stores.sqlite(folder, CLOCK, new SimpleMeterRegistry());
                ManifestRegistry registry = registry(store)) {
            assertThat(registry.view().manifest(inString.key()).orElseThrow().manifest())
                    .isEqualTo(inString);
            assertThat(registry.view().manifest(inBytes.key()).orElseThrow().manifest())
                    .isEqualTo(inBytes);
        }
    }

    @Test
    void aSecretThatWasStoredInTheClearIsReadAndSealedWithItsNextChange() {
        try (Store store = Stores.inMemory(CLOCK, new SimpleMeterRegistry())) {
            Manifest manifest = certificate("old", DataSource.newBuilder().setInlineString("hunter2"));
            String document = Documents.complete(manifest).toString();
            write(
                    store,
                    "manifest/Resource/old",
                    ("\1{\"time\":\"2025-01-01T00:00:00Z\",\"author\":\"ada\",\"document\":" + document + "}")
                            .getBytes(StandardCharsets.UTF_8));
            try (ManifestRegistry registry = registry(store)) {
                DeclaredManifest read = registry.view().manifest(manifest.key()).orElseThrow();
                assertThat(read.manifest()).isEqualTo(manifest);
                assertThat(read.author()).isEqualTo("ada");

                Manifest changed = certificate("old", DataSource.newBuilder().setInlineString("hunter3"));
                registry.apply(List.of(put(changed)), "bob");

                assertThat(Vault.isSealed(stored(store, "manifest/Resource/old")))
                        .isTrue();
                assertThat(registry.view()
                                .manifest(manifest.key())
                                .orElseThrow()
                                .manifest())
                        .isEqualTo(changed);
            }
        }
    }

    @Test
    void theHistoryOfASecretIsSealedAndRead() {
        try (Store store = withSecret();
                ManifestRegistry registry = registry(store)) {
            registry.apply(List.of(new Change.Delete(KEY, Precondition.NONE)), "ada");

            assertThat(store.read(HistoryCodec.PREFIX).entries())
                    .hasSize(2)
                    .allMatch(entry -> Vault.isSealed(entry.value()));
            assertThat(registry.history().entries(_ -> true))
                    .extracting(HistoryEntry::author)
                    .containsExactly("ada", "ada");
            assertThat(registry.history()
                            .manifests(new Revision(2))
                            .orElseThrow()
                            .getFirst()
                            .before()
                            .orElseThrow()
                            .manifest())
                    .isEqualTo(certificate(KEY.name(), DataSource.newBuilder().setInlineString("hunter2")));
        }
    }

    @Test
    void theHistoryOfASecretThatAnotherKeySetSealedStopsTheStart() {
        try (Store store = withSecret()) {
            try (ManifestRegistry registry = registry(store)) {
                registry.apply(List.of(new Change.Delete(KEY, Precondition.NONE)), "ada");
            }

            assertThatThrownBy(() -> new ManifestRegistry(
                                    store, _ -> false, Vault.inMemory(), CLOCK, new SimpleMeterRegistry())
                            .close())
                    .isInstanceOf(UnreadableManifestException.class)
                    .hasMessageContaining(HistoryCodec.PREFIX)
                    .hasMessageContaining("key set");
        }
    }

    @Test
    void whatHasNothingSecretStaysReadable() {
        try (Store store = Stores.inMemory(CLOCK, new SimpleMeterRegistry());
                ManifestRegistry registry = registry(store)) {
            registry.apply(List.of(put(open())), "ada");

            assertThat(new String(stored(store, "manifest/Resource/open"), StandardCharsets.UTF_8))
                    .contains("an-open-cluster");
        }
    }

    @Test
    void aSealedManifestThatWasAlteredStopsTheStart() {
        try (Store store = withSecret()) {
            byte[] sealed = stored(store, STORED).clone();
            sealed[sealed.length - 1] ^= 1;
            write(store, STORED, sealed);

            assertThatThrownBy(() -> registry(store).close())
                    .isInstanceOf(UnreadableManifestException.class)
                    .hasMessageContaining(STORED)
                    .hasMessageContaining("altered");
        }
    }

    @Test
    void aSealedManifestUnderTheKeyOfAnotherStopsTheStart() {
        try (Store store = withSecret()) {
            write(store, "manifest/Resource/stolen", stored(store, STORED));

            assertThatThrownBy(() -> registry(store).close())
                    .isInstanceOf(UnreadableManifestException.class)
                    .hasMessageContaining("manifest/Resource/stolen");
        }
    }

    @Test
    void aSpecIsSensitiveWhereSomethingOfItIsNotShown() {
        assertThat(Redaction.isSensitive(
                        certificate("a", DataSource.newBuilder().setInlineString("x"))
                                .spec()))
                .isTrue();
        assertThat(Redaction.isSensitive(
                        certificate("a", DataSource.newBuilder().setFilename("/etc/key"))
                                .spec()))
                .isFalse();
        assertThat(Redaction.isSensitive(open().spec())).isFalse();
        assertThat(Redaction.isSensitive(ServiceSpec.DEFAULT)).isFalse();
    }

    private Store withSecret() {
        Store store = Stores.inMemory(CLOCK, new SimpleMeterRegistry());
        try (ManifestRegistry registry = registry(store)) {
            assertInstanceOf(
                    ApplyResult.Applied.class,
                    registry.apply(
                            List.of(put(certificate(
                                    KEY.name(), DataSource.newBuilder().setInlineString("hunter2")))),
                            "ada"));
        }
        return store;
    }

    private ManifestRegistry registry(Store store) {
        return new ManifestRegistry(store, _ -> false, vault, CLOCK, new SimpleMeterRegistry());
    }

    private static void write(Store store, String key, byte[] value) {
        store.commit(new Transaction(List.of(), List.of(new Operation.Put(key, value))))
                .join();
    }

    private static byte[] stored(Store store, String key) {
        return store.read(key).entries().stream()
                .filter(entry -> entry.key().equals(key))
                .map(StoreView.Entry::value)
                .findFirst()
                .orElseThrow();
    }

    /** Pieces of the key, as bytes and in every encoding that it may be written in. */
    private static List<String> morsels(byte[] der, String pem) {
        List<String> morsels = new ArrayList<>();
        String raw = new String(der, StandardCharsets.ISO_8859_1);
        String twice = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII));
        // Behind what all keys of this kind begin with.
        for (int at = 64; at + 24 < raw.length(); at += 24) {
            morsels.add(raw.substring(at, at + 24));
        }
        for (int at = 128; at + 24 < pem.length() - 40; at += 65) {
            morsels.add(pem.substring(at, at + 24).replace("\n", ""));
        }
        for (int at = 128; at + 24 < twice.length(); at += 64) {
            morsels.add(twice.substring(at, at + 24));
        }
        morsels.add("BEGIN PRIVATE KEY");
        return morsels.stream().filter(morsel -> morsel.length() >= 16).toList();
    }

    private static List<String> found(Path folder, List<String> morsels) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String content = Files.readString(file, StandardCharsets.ISO_8859_1);
                morsels.stream()
                        .filter(content::contains)
                        .forEach(morsel -> found.add(file.getFileName() + ": " + morsel));
            }
        }
        return found;
    }

    private static Change put(Manifest manifest) {
        return new Change.Put(manifest, Precondition.NONE);
    }

    private static Manifest certificate(String name, DataSource.Builder privateKey) {
        return manifest(
                name,
                new Spec.RawResource(
                        ResourceType.SECRET,
                        name,
                        Secret.newBuilder()
                                .setName(name)
                                .setTlsCertificate(TlsCertificate.newBuilder()
                                        .setCertificateChain(
                                                DataSource.newBuilder().setInlineString("public"))
                                        .setPrivateKey(privateKey))
                                .build(),
                        Optional.empty()));
    }

    private static Manifest open() {
        return manifest(
                "open",
                new Spec.RawResource(
                        ResourceType.CLUSTER,
                        "an-open-cluster",
                        Cluster.newBuilder().setName("an-open-cluster").build(),
                        Optional.empty()));
    }

    private static Manifest manifest(String name, Spec spec) {
        return new Manifest(new ManifestKey(ManifestKind.RESOURCE, name), NodeSelector.EVERY, new TreeMap<>(), spec);
    }
}
