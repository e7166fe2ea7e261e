package io.chancery.vault;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.Configuration;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeyStatus;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig2026;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A Tink key set: the primary key encrypts, every enabled one decrypts. */
final class Keyset {

    /** What Tink begins a ciphertext with: one byte of format, and the id of the key. */
    private static final byte WITH_KEY_ID = 1;

    private static final int HEADER = 1 + Integer.BYTES;

    /** The AEADs that Tink recommends, AES-256-GCM among them. */
    private static final Configuration AEADS = AeadConfig2026.get();

    private final KeysetHandle handle;
    private final Vault vault;

    private Keyset(KeysetHandle handle) throws GeneralSecurityException {
        this.handle = handle;
        this.vault = new Vault(handle.getPrimitive(AEADS, Aead.class));
    }

    /** Makes one with one new key. */
    static Keyset generate() {
        try {
            return new Keyset(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM, AEADS));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not there", e);
        }
    }

    /** Reads what {@link #toJson} and Tink's own tool write; empty if it is none, or none that encrypts so. */
    static Optional<Keyset> parse(String json) {
        try {
            return Optional.of(
                    new Keyset(TinkJsonProtoKeysetFormat.parseKeyset(json, AEADS, InsecureSecretKeyAccess.get())));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    /** Returns it as JSON, keys included. */
    String toJson() {
        try {
            return TinkJsonProtoKeysetFormat.serializeKeyset(handle, AEADS, InsecureSecretKeyAccess.get());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key set that was made or read cannot be written", e);
        }
    }

    Vault toVault() {
        return vault;
    }

    /** Whether a value was sealed by a key that is not here; one that was altered is not told from it by its id alone. */
    boolean lacksKeyOf(String key, byte[] sealed) {
        if (vault.open(key, sealed).isPresent()) {
            return false;
        }
        return sealed.length <= HEADER
                || sealed[1] != WITH_KEY_ID
                || !enabledKeys()
                        .contains(ByteBuffer.wrap(sealed, 2, Integer.BYTES).getInt());
    }

    private Set<Integer> enabledKeys() {
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < handle.size(); i++) {
            if (handle.getAt(i).getStatus().equals(KeyStatus.ENABLED)) {
                ids.add(handle.getAt(i).getId());
            }
        }
        return ids;
    }
}
