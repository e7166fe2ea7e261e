package io.chancery.manifest;

import java.util.List;

/** What became of a document that was read. Callers switch over it without a default. */
public sealed interface DocumentResult {

    record Read(Change change) implements DocumentResult {}

    /** It is not one; all that is wrong with it, at most 100 faults. */
    record Faulty(List<Fault> faults) implements DocumentResult {
        public Faulty {
            faults = List.copyOf(faults);
        }
    }
}
