package io.chancery.preview;

import java.util.List;

/** What became of the wish for a preview. Callers switch over it without a default. */
public sealed interface PreviewResult {

    /** How far a preview goes. */
    enum Depth {
        /** To the resources. */
        RESOURCES,
        /** To an Envoy that is asked what it makes of them. */
        ENVOY
    }

    /**
     * It was made.
     *
     * @param groups those for which something would change, at most 100
     * @param more how many further ones there are
     */
    record Previewed(List<GroupPreview> groups, int more) implements PreviewResult {
        public Previewed {
            groups = List.copyOf(groups);
        }
    }

    /** There is no Envoy to ask. */
    record NoEnvoy() implements PreviewResult {}

    /** The Envoy is being asked by somebody else. */
    record Busy() implements PreviewResult {}
}
