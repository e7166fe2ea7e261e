package io.chancery.vault;

import com.google.crypto.tink.Aead;
import com.google.errorprone.annotations.ThreadSafe;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Encrypts values for the store (AES-256-GCM), each bound to its key there: a sealed value that was altered, or put under
 * another key, does not open.
 *
 * <p>A sealed value begins with the byte {@value #SEALED}; no value that is not sealed may. May be used by any thread.
 */
@ThreadSafe
public final class Vault {

    /** The first byte of a sealed value. */
    public static final byte SEALED = 2;

    @SuppressWarnings("ThreadSafe") // Tink's primitives are
    private final Aead aead;

    Vault(Aead aead) {
        this.aead = aead;
    }

    /** Returns one whose keys nobody else has; what it sealed is lost with it. */
    public static Vault inMemory() {
        return Keyset.generate().toVault();
    }

    public static boolean isSealed(byte[] value) {
        return value.length > 0 && value[0] == SEALED;
    }

    /**
     * Encrypts a value.
     *
     * @param key under which it will be in the store
     */
    public byte[] seal(String key, byte[] plain) {
        try {
            byte[] encrypted = aead.encrypt(plain, associated(key));
            byte[] sealed = new byte[encrypted.length + 1];
            sealed[0] = SEALED;
            System.arraycopy(encrypted, 0, sealed, 1, encrypted.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM does not encrypt", e);
        }
    }

    /**
     * Decrypts a {@linkplain #isSealed sealed} value.
     *
     * @param key under which it is in the store
     * @return empty if it was altered, sealed for another key of the store, or by another key set
     */
    public Optional<byte[]> open(String key, byte[] sealed) {
        try {
            return Optional.of(aead.decrypt(Arrays.copyOfRange(sealed, 1, sealed.length), associated(key)));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static byte[] associated(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }
}
