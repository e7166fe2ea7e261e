package io.chancery.manifest;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong with one document. */
final class Faults {

    private final int document;
    private final List<Fault> found = new ArrayList<>();

    Faults(int document) {
        this.document = document;
    }

    void add(String path, String reason) {
        if (found.size() < Documents.MAX_FAULTS) {
            found.add(new Fault(document, path, reason));
        }
    }

    /** Returns an empty list about the same document. */
    Faults none() {
        return new Faults(document);
    }

    int size() {
        return found.size();
    }

    List<Fault> found() {
        return List.copyOf(found);
    }
}
