package io.chancery.xds;

import io.chancery.model.IpAddress;
import io.chancery.model.Node;
import java.util.Optional;

/** Told which clients come and go. Called on event loops, by several at once; must return quickly. */
public interface StreamListener {

    /**
     * A stream has been opened, and its client has said who it is.
     *
     * @param peer the address at the other end of its connection; empty where it has none
     */
    void opened(Node node, Optional<IpAddress> peer);

    /** The client of an open stream describes itself anew; its id is the same. */
    void described(Node node);

    /** A stream that was told of as opened has ended. */
    void closed(Node node);
}
