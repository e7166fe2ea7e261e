package io.chancery.manifest;

import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Alphabet;
import io.chancery.model.InvalidValueException;
import java.util.Comparator;

/**
 * What identifies a manifest.
 *
 * @param name 1 to {@value #MAX_LENGTH} characters: letters, digits, and inside also {@code . _ -}
 */
public record ManifestKey(ManifestKind kind, String name) implements Comparable<ManifestKey> {

    public static final int MAX_LENGTH = 200;

    private static final Alphabet ALLOWED = new Alphabet("._-");
    private static final Alphabet ENDS = new Alphabet("");
    private static final Comparator<ManifestKey> ORDER =
            Comparator.comparing(ManifestKey::kind).thenComparing(ManifestKey::name);

    public ManifestKey {
        if (name.isEmpty()
                || name.length() > MAX_LENGTH
                || !ALLOWED.hasAllOf(name)
                || !ENDS.hasAllOf(name.substring(0, 1))
                || !ENDS.hasAllOf(name.substring(name.length() - 1))) {
            throw new InvalidValueException(
                    "name", "must be 1 to " + MAX_LENGTH + " letters and digits, with . _ - inside, for example edge");
        }
    }

    @Override
    public int compareTo(ManifestKey other) {
        return ORDER.compare(this, other);
    }

    /** Returns kind and name as documents have them, for example {@code Resource/edge}. */
    @Override
    public String toString() {
        return kind.spelling() + '/' + name;
    }
}
