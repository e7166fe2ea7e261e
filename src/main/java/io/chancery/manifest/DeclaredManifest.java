package io.chancery.manifest;

import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import java.time.Instant;
import java.util.Optional;

/**
 * A manifest, and who declared it when.
 *
 * @param revision the store's revision of the last change to this manifest
 * @param time when that was, by the clock of the process that made it
 * @param author who made it, 1 to {@value #MAX_AUTHOR} printable characters
 * @param owner the file that declares it; empty if it was declared over the API
 */
public record DeclaredManifest(
        Manifest manifest, Revision revision, Instant time, String author, Optional<FileOwner> owner) {

    public static final int MAX_AUTHOR = 200;

    public DeclaredManifest {
        checkAuthor(author);
    }

    /** One that was declared over the API. */
    public DeclaredManifest(Manifest manifest, Revision revision, Instant time, String author) {
        this(manifest, revision, time, author, Optional.empty());
    }

    static void checkAuthor(String author) {
        if (author.isBlank() || author.length() > MAX_AUTHOR || !isPrintable(author)) {
            throw new InvalidValueException("author", "must have 1 to " + MAX_AUTHOR + " printable characters");
        }
    }

    static boolean isPrintable(String text) {
        return text.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
    }
}
