package io.chancery.store;

/** Sizes of text as the store writes it. */
final class Utf8 {

    private Utf8() {}

    /**
     * Returns how many bytes the text has in UTF-8.
     *
     * @throws IllegalArgumentException if the text has half of a surrogate pair: two such keys could become one
     */
    static int length(String text) {
        int bytes = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                if (c < 0x800) {
                    bytes += 1;
                } else if (!Character.isSurrogate(c)) {
                    bytes += 2;
                } else if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    bytes += 2;
                    i++;
                } else {
                    throw new IllegalArgumentException("a key must be valid Unicode");
                }
            }
        }
        return bytes;
    }
}
