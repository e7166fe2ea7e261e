package io.chancery.manifest;

import io.chancery.model.InvalidValueException;

/**
 * The file that declares a manifest, so that nothing else may change it.
 *
 * @param source the file or folder that is watched, as it was configured
 * @param file its name in that folder; empty where the source is the file itself
 */
public record FileOwner(String source, String file) implements Comparable<FileOwner> {

    public FileOwner {
        if (source.isEmpty() || (source + file).chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException("owner", "must be a file whose name has no control characters");
        }
    }

    @Override
    public int compareTo(FileOwner other) {
        return toString().compareTo(other.toString());
    }

    /** Returns the file's path, as far as it was configured. */
    @Override
    public String toString() {
        return file.isEmpty() || source.endsWith("/") ? source + file : source + '/' + file;
    }
}
