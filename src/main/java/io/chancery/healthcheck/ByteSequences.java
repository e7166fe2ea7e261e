package io.chancery.healthcheck;

import java.util.List;

/**
 * Byte sequences that must be found one after the other in bytes that come bit by bit: anywhere, but each after the end of
 * the one before, as Envoy's TCP health check looks for them. By Knuth, Morris and Pratt, so a byte is never looked at
 * again and nothing is kept of what came.
 */
final class ByteSequences {

    private static final class Sequence {

        private final byte[] bytes;
        private final int[] fallback;

        Sequence(byte[] bytes) {
            this.bytes = bytes;
            this.fallback = new int[bytes.length + 1];
            int matched = 0;
            for (int i = 1; i < bytes.length; i++) {
                while (matched > 0 && bytes[i] != bytes[matched]) {
                    matched = fallback[matched];
                }
                if (bytes[i] == bytes[matched]) {
                    matched++;
                }
                fallback[i + 1] = matched;
            }
        }
    }

    private final List<Sequence> sequences;

    /** @param sequences none of them empty */
    ByteSequences(List<byte[]> sequences) {
        this.sequences = sequences.stream().map(Sequence::new).toList();
    }

    /** Begins to look for them. */
    Search search() {
        return new Search();
    }

    /** Not thread-safe. */
    final class Search {

        private int found;
        private int matched;

        boolean isOver() {
            return found == sequences.size();
        }

        /** Takes the next byte. */
        void feed(byte next) {
            if (isOver()) {
                return;
            }
            Sequence sought = sequences.get(found);
            while (matched > 0 && sought.bytes[matched] != next) {
                matched = sought.fallback[matched];
            }
            if (sought.bytes[matched] == next) {
                matched++;
            }
            if (matched == sought.bytes.length) {
                found++;
                matched = 0;
            }
        }
    }
}
