package io.chancery.snapshot;

import io.chancery.model.EnvoySince;
import io.chancery.model.Revision;
import java.util.Optional;

/**
 * Where a resource comes from.
 *
 * @param source the manifest ({@code Resource/edge}) or registered service ({@code service/orders}) behind it; versions
 *     of one resource from one source succeed each other
 * @param revision the store's revision of the change that made this version
 * @param author who made that change; empty where that is not recorded
 * @param since the nodes that understand all of it, where others would get it wrong without a word
 */
public record Origin(String source, Revision revision, String author, Optional<EnvoySince> since) {

    /** Of what any node understands, or refuses. */
    public Origin(String source, Revision revision, String author) {
        this(source, revision, author, Optional.empty());
    }

    /** Whether all that understand what the other is the origin of understand this too. */
    public boolean isFitFor(Origin other) {
        return since.isEmpty() || since.equals(other.since);
    }
}
