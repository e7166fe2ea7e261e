package io.chancery.xds;

/** Text from outside: what it speaks of, and how it can be shown. */
public final class Texts {

    private static final int LONGEST = 300;
    private static final int LONGEST_REASON = 16 << 10;

    private Texts() {}

    /** Whether the text has the name in it as a word of its own, not as a part of a longer name; of the empty name never. */
    public static boolean mentions(String text, String name) {
        for (int at = name.isEmpty() ? -1 : text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int end = at + name.length();
            if ((at == 0 || !isOfAName(text.charAt(at - 1)))
                    && (end == text.length() || !isOfAName(text.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    /** The part of a client's reason that is looked at and kept: each name of a response is looked for in it. */
    static String reason(String text) {
        return text.length() > LONGEST_REASON ? text.substring(0, LONGEST_REASON) : text;
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
