package io.chancery.files;

/** What a file holds. */
sealed interface FileText {

    record Loaded(String text) implements FileText {}

    /**
     * There is nothing to read.
     *
     * @param reason what is wrong, for people
     */
    record Unreadable(String reason) implements FileText {}
}
