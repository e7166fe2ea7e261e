package io.chancery.manifest;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** On whose behalf manifests are changed. */
sealed interface Writer {

    /** Who it is, as the manifests will say. */
    String author();

    /** Which file declares the manifest of the change at this place. */
    Optional<FileOwner> ownerAt(int change);

    /** Whether a manifest that this file declares may be changed. */
    boolean mayTakeFrom(FileOwner owner);

    /** Somebody at the API; what a file declares is changed in the file. */
    record Person(String author) implements Writer {
        @Override
        public Optional<FileOwner> ownerAt(int change) {
            return Optional.empty();
        }

        @Override
        public boolean mayTakeFrom(FileOwner owner) {
            return false;
        }
    }

    /**
     * A watched file or folder.
     *
     * @param files which file declares each change; none for those at the end, which delete
     * @param sources all that are watched; what another of them declares is not taken from it
     */
    record Source(String source, List<FileOwner> files, Set<String> sources) implements Writer {
        @Override
        public String author() {
            String author = "file " + source;
            return author.length() <= DeclaredManifest.MAX_AUTHOR
                    ? author
                    : author.substring(0, DeclaredManifest.MAX_AUTHOR);
        }

        @Override
        public Optional<FileOwner> ownerAt(int change) {
            return change < files.size() ? Optional.of(files.get(change)) : Optional.empty();
        }

        @Override
        public boolean mayTakeFrom(FileOwner owner) {
            return owner.source().equals(source) || !sources.contains(owner.source());
        }
    }
}
