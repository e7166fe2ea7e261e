package io.chancery.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import io.chancery.model.Revision;
import io.chancery.store.StoreView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysetFileTest {

    private static final String KEY = "manifest/Resource/a";
    private static final byte[] SECRET = {1, 2, 3};

    @TempDir
    private Path folder;

    @Test
    void oneIsMadeForItsOwnerAloneAndUsedFromThenOn() throws IOException {
        Path file = folder.resolve("keyset.json");
        byte[] sealed = new KeysetFile(file).open(List.of()).seal(KEY, SECRET);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(listed()).containsExactly("keyset.json");
        Vault again = new KeysetFile(file).open(List.of(entry(sealed)));
        assertThat(again.open(KEY, sealed))
                .hasValueSatisfying(plain -> assertThat(plain).isEqualTo(SECRET));
    }

    @Test
    void noneIsMadeWhereTheStoreHoldsWhatWasSealedWithOne() {
        byte[] sealed = Vault.inMemory().seal(KEY, SECRET);
        Path file = folder.resolve("keyset.json");

        VaultUnavailableException refusal = refusal(file, sealed);

        assertThat(refusal.problem()).contains("missing", file.toString());
        assertThat(refusal.remedy()).contains("Restore");
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rw-rw-rw-"})
    void oneThatOthersMayReadOrWriteIsRefused(String permissions) throws IOException {
        Path file = folder.resolve("keyset.json");
        new KeysetFile(file).open(List.of());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> new KeysetFile(file).open(List.of()))
                .isInstanceOf(VaultUnavailableException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("chmod 600");
    }

    /** As where it is mounted from a store of secrets. */
    @Test
    void oneThatOnlyItsOwnerMayReadAndALinkLeadsToIsTaken() throws IOException {
        Path file = folder.resolve("real.json");
        new KeysetFile(file).open(List.of());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        Path link = Files.createSymbolicLink(folder.resolve("keyset.json"), file);

        assertThat(new KeysetFile(link).open(List.of()).seal(KEY, SECRET)).isNotEmpty();
    }

    @Test
    void anotherThanTheStoresIsRefused() {
        byte[] sealed =
                new KeysetFile(folder.resolve("first.json")).open(List.of()).seal(KEY, SECRET);
        Path other = folder.resolve("second.json");
        new KeysetFile(other).open(List.of());

        VaultUnavailableException refusal = refusal(other, sealed);

        assertThat(refusal.problem()).contains(other.toString(), KEY);
    }

    /** The value's own key says so when it is read. */
    @Test
    void aDamagedValueIsNotBlamedOnTheKeySet() {
        Path file = folder.resolve("keyset.json");
        byte[] sealed = new KeysetFile(file).open(List.of()).seal(KEY, SECRET);
        sealed[sealed.length - 1] ^= 1;

        assertThat(new KeysetFile(file).open(List.of(entry(sealed))).open(KEY, sealed))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hunter2", "{\"primaryKeyId\": \"hunter2\"}", "{\"primaryKeyId\": 1, \"key\": []}", "[]"})
    void whatIsNoKeySetIsRefusedAndNotShown(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("keyset.json"), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> new KeysetFile(file).open(List.of()))
                .isInstanceOf(VaultUnavailableException.class)
                .hasNoCause()
                .hasMessageContaining(file.toString())
                .message()
                .doesNotContain("hunter2");
    }

    @Test
    void whereItCannotBeMadeTheFolderIsNamed() {
        Path file = folder.resolve("nowhere").resolve("keyset.json");

        assertThatThrownBy(() -> new KeysetFile(file).open(List.of()))
                .isInstanceOf(VaultUnavailableException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void aNewPrimaryKeySealsAndTheOldOneStillOpens() throws Exception {
        Path file = folder.resolve("keyset.json");
        byte[] before = new KeysetFile(file).open(List.of()).seal(KEY, SECRET);

        rotate(file);

        Vault rotated = new KeysetFile(file).open(List.of(entry(before)));
        byte[] after = rotated.seal(KEY, SECRET);
        assertThat(rotated.open(KEY, before)).isPresent();
        assertThat(rotated.open(KEY, after)).isPresent();
        assertThat(List.of(after[2], after[3], after[4], after[5]))
                .isNotEqualTo(List.of(before[2], before[3], before[4], before[5]));
    }

    private static void rotate(Path file) throws IOException, GeneralSecurityException {
        KeysetHandle old = TinkJsonProtoKeysetFormat.parseKeyset(
                Files.readString(file), AeadConfig2026.get(), InsecureSecretKeyAccess.get());
        KeysetHandle added = KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AeadConfig2026.get());
        KeysetHandle rotated = KeysetHandle.newBuilder(old)
                .addEntry(KeysetHandle.importKey(added.getAt(0).getKey())
                        .withFixedId(added.getAt(0).getId())
                        .makePrimary())
                .build();
        Files.writeString(
                file,
                TinkJsonProtoKeysetFormat.serializeKeyset(
                        rotated, AeadConfig2026.get(), InsecureSecretKeyAccess.get()));
    }

    private static VaultUnavailableException refusal(Path file, byte[] sealed) {
        return Objects.requireNonNull(catchThrowableOfType(
                VaultUnavailableException.class, () -> new KeysetFile(file).open(List.of(entry(sealed)))));
    }

    private List<String> listed() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static StoreView.Entry entry(byte[] sealed) {
        return new StoreView.Entry(KEY, sealed, new Revision(1));
    }
}
