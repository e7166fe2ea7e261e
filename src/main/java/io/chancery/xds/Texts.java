package io.chancery.xds;

/** Makes text from outside fit for a log line. */
final class Texts {

    private static final int LONGEST = 300;

    private Texts() {}

    /** Cuts the text and replaces control characters, so that it can neither flood a log nor forge a line. */
    static String printable(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
