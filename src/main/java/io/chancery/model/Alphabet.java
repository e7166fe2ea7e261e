package io.chancery.model;

/**
 * The characters that a name may have: ASCII letters and digits, and some others. Checked by a loop, not by a pattern: a
 * start with a million endpoints checks several million names.
 *
 * @param others allowed beside letters and digits
 */
public record Alphabet(String others) {

    public boolean hasAllOf(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isAlphanumeric(c) && others.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
