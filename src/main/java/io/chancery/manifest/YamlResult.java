package io.chancery.manifest;

import java.util.List;

/** What became of a text that was read as YAML. Callers switch over it without a default. */
public sealed interface YamlResult {

    /** Its documents, in their order; those with nothing in them are left out. */
    record Read(List<YamlDocument> documents) implements YamlResult {
        public Read {
            documents = List.copyOf(documents);
        }
    }

    /**
     * It is not YAML, or has something that is not taken.
     *
     * @param line where that is, from 1
     * @param column likewise
     * @param reason what would have been right; for people, and never with what was found, for that may be a secret
     */
    record Malformed(int line, int column, String reason) implements YamlResult {

        /** Returns place and reason as one sentence, for example {@code line 3, column 7: must not have a key twice}. */
        public String sentence() {
            return "line " + line + ", column " + column + ": " + reason;
        }
    }
}
