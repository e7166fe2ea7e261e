package io.chancery.xds;

import io.chancery.model.Node;

/** Told which clients come and go. Called on event loops, by several at once; must return quickly. */
public interface StreamListener {

    /** A stream has been opened, and its client has said who it is. */
    void opened(Node node);

    /** The client of an open stream describes itself anew; its id is the same. */
    void described(Node node);

    /** A stream that was told of as opened has ended. */
    void closed(Node node);
}
