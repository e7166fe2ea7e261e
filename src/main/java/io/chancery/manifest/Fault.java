package io.chancery.manifest;

/**
 * Something that is wrong with one of several documents.
 *
 * @param document which one, from 0; {@value #NO_DOCUMENT} for what is wrong with none of them
 * @param path the place in it, for example {@code spec.filter_chains[0].filters}; empty for the document as a whole
 * @param reason what would have been right; for people, and never with the value that was found
 */
public record Fault(int document, String path, String reason) {

    public static final int NO_DOCUMENT = -1;

    private static final int MAX_PATH = 300;

    public Fault {
        path = printable(path);
    }

    /** A path has names in it that came from outside. */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.chars()
                .limit(MAX_PATH)
                .map(c -> Character.isISOControl(c) || Character.isSurrogate((char) c) ? '?' : c)
                .forEach(c -> printable.append((char) c));
        return printable.toString();
    }
}
