package io.chancery.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VaultTest {

    private static final byte[] SECRET = "the key of the kingdom".getBytes(StandardCharsets.UTF_8);

    private final Vault vault = Vault.inMemory();

    @Test
    void whatWasSealedOpens() {
        byte[] sealed = vault.seal("manifest/Resource/a", SECRET);

        assertThat(Vault.isSealed(sealed)).isTrue();
        assertThat(vault.open("manifest/Resource/a", sealed))
                .hasValueSatisfying(plain -> assertThat(plain).isEqualTo(SECRET));
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("kingdom");
    }

    @Test
    void theSameSecretIsNeverTheSameTwice() {
        assertThat(vault.seal("a", SECRET)).isNotEqualTo(vault.seal("a", SECRET));
    }

    @Test
    void whatWasMovedDoesNotOpen() {
        assertThat(vault.open("manifest/Resource/b", vault.seal("manifest/Resource/a", SECRET)))
                .isEmpty();
    }

    @Test
    void whatWasAlteredDoesNotOpen() {
        byte[] sealed = vault.seal("a", SECRET);
        for (int i = 1; i < sealed.length; i++) {
            byte[] altered = sealed.clone();
            altered[i] ^= 1;
            assertThat(vault.open("a", altered)).as("byte %d", i).isEmpty();
        }
        for (int length = 1; length < sealed.length; length++) {
            assertThat(vault.open("a", Arrays.copyOf(sealed, length)))
                    .as("length %d", length)
                    .isEmpty();
        }
    }

    @Test
    void anotherVaultDoesNotOpenIt() {
        assertThat(Vault.inMemory().open("a", vault.seal("a", SECRET))).isEmpty();
    }

    @Test
    void whatIsNotSealedIsToldFromIt() {
        assertThat(Vault.isSealed(new byte[0])).isFalse();
        assertThat(Vault.isSealed(new byte[] {1, 2})).isFalse();
    }
}
