package io.chancery.files;

/** What a file holds. */
sealed interface FileText {

    record Readable(String text) implements FileText {}

    /** @param reason what is wrong, for people */
    record Unreadable(String reason) implements FileText {}
}
