package io.chancery.files;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a watched file or folder holds.
 *
 * @param files by their names in the folder; under an empty name what is watched itself, where it is a file, or cannot be
 *     read
 */
record SourceContent(SortedMap<String, FileText> files) {

    /** There is nothing in it. */
    static final SourceContent EMPTY = new SourceContent(new TreeMap<>());

    SourceContent {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** What is watched is at fault as a whole. */
    static SourceContent unreadable(String reason) {
        return of(new FileText.Unreadable(reason));
    }

    /** What is watched is a file. */
    static SourceContent of(FileText text) {
        return new SourceContent(new TreeMap<>(Map.of("", text)));
    }
}
