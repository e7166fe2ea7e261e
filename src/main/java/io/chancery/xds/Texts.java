package io.chancery.xds;

/** Text from outside: what it speaks of, and how it can be shown. */
public final class Texts {

    private static final int LONGEST = 300;

    private Texts() {}

    /** Whether the text has the name in it as a word of its own, not as a part of a longer name. */
    public static boolean mentions(String text, String name) {
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int end = at + name.length();
            if ((at == 0 || !isOfAName(text.charAt(at - 1)))
                    && (end == text.length() || !isOfAName(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfAName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '/';
    }

    /** Cuts the text and replaces control characters, so that it can neither flood a log nor forge a line. */
    public static String printable(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
