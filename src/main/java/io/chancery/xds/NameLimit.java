package io.chancery.xds;

import java.util.Collection;
import java.util.Set;

/** How much a client may have subscribed to by name on one stream, over all types. */
final class NameLimit {

    /** More than any Envoy has memory for. */
    static final int MAX_NAMES = 1_000_000;

    /** How long the names may be together, in characters. */
    static final int MAX_CHARACTERS = 64 << 20;

    private NameLimit() {}

    static boolean isExceededBy(Collection<Conversation> conversations) {
        long names = 0;
        long characters = 0;
        for (Conversation conversation : conversations) {
            Set<String> wanted = conversation.subscription().names();
            names += wanted.size();
            for (String name : wanted) {
                characters += name.length();
            }
        }
        return names > MAX_NAMES || characters > MAX_CHARACTERS;
    }
}
