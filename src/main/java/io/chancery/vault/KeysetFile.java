package io.chancery.vault;

import io.chancery.store.StoreView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The file with the key set: read, or made where there is nothing yet that it could be needed for. */
final class KeysetFile {

    private static final Logger LOG = LoggerFactory.getLogger(KeysetFile.class);
    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);
    private static final String RESTORE =
            "Restore the file from its copy, or set chancery.secrets.keyset to the right one.";

    private final Path file;

    KeysetFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /**
     * Opens the vault.
     *
     * @param sealed what the store holds that the key set must open
     * @throws VaultUnavailableException if it cannot
     */
    Vault open(List<StoreView.Entry> sealed) {
        if (!Files.exists(file)) {
            if (!sealed.isEmpty()) {
                throw new VaultUnavailableException(
                        "The key set " + file + " is missing, and the store holds secrets that are encrypted with it.",
                        RESTORE
                                + " Without it the secrets are lost: to go on without them, move the data directory away"
                                + " and declare everything anew.");
            }
            make();
        }
        checkPermissions();
        Keyset keyset = Keyset.parse(read())
                .orElseThrow(() -> new VaultUnavailableException(
                        file + " is not a key set of Tink for AEAD, as JSON and in the clear.", RESTORE));
        for (StoreView.Entry entry : sealed) {
            if (keyset.lacksKeyOf(entry.key(), entry.value())) {
                throw new VaultUnavailableException(
                        "The key set " + file + " does not have the key that " + entry.key()
                                + " in the store was encrypted with.",
                        "Set chancery.secrets.keyset to the key set that belongs to this store; where keys were taken out"
                                + " of it, put them back.");
            }
        }
        return keyset.toVault();
    }

    private void checkPermissions() {
        try {
            if (!Collections.disjoint(Files.getPosixFilePermissions(file), OF_OTHERS)) {
                throw new VaultUnavailableException(
                        "The key set " + file + " may be read or written by others than its owner.",
                        "Take these rights away: chmod 600 " + file);
            }
        } catch (UnsupportedOperationException e) {
            LOG.warn("This file system has no permissions that could keep others from the key set. file={}", file);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private String read() {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private VaultUnavailableException unreadable(IOException e) {
        return new VaultUnavailableException(
                "The key set " + file + " cannot be read (" + e.getClass().getSimpleName() + ").",
                "Give the process the right to read it, and nobody else.");
    }

    /** Whoever looks finds the file whole or not at all, and of several who make one the first wins. */
    private void make() {
        Path folder = file.resolveSibling("");
        try {
            // For its owner alone, as all temporary files are.
            Path temporary = Files.createTempFile(folder, "secrets-keyset-", ".tmp");
            try {
                try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                    ByteBuffer json =
                            StandardCharsets.UTF_8.encode(Keyset.generate().toJson());
                    while (json.hasRemaining()) {
                        channel.write(json);
                    }
                    channel.force(true);
                }
                publish(temporary);
            } finally {
                Files.deleteIfExists(temporary);
            }
            sync(folder);
        } catch (IOException e) {
            throw new VaultUnavailableException(
                    "The key set " + file + " cannot be made (" + e.getClass().getSimpleName() + ").",
                    "Give the process the right to write the folder, or set chancery.secrets.keyset to another file.");
        }
    }

    private void publish(Path temporary) throws IOException {
        try {
            Files.createLink(file, temporary);
            LOG.info("A key set for secrets in the store was made; keep a copy of it. file={}", file);
        } catch (FileAlreadyExistsException e) {
            LOG.info("Another process made the key set. file={}", file);
        } catch (UnsupportedOperationException | FileSystemException e) {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("A key set for secrets in the store was made; keep a copy of it. file={}", file);
        }
    }

    /** Where a directory cannot be synced, it need not be. */
    private static void sync(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            LOG.debug("Could not sync the folder of the key set", e);
        }
    }
}
