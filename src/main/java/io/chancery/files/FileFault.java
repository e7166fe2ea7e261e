package io.chancery.files;

import io.chancery.manifest.Fault;

/**
 * Something that is wrong with a watched file.
 *
 * @param line where the document that it is about begins, or where the text cannot be read; 0 for the file as a whole
 * @param field the place in the document, for example {@code spec.connect_timeout}; empty for the document as a whole
 * @param reason what would have been right; for people, and never with the value that was found
 */
public record FileFault(int line, String field, String reason) {

    public FileFault {
        // A place has names in it that came from outside.
        field = new Fault(0, field, reason).path();
    }
}
