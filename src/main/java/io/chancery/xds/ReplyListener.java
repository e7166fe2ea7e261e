package io.chancery.xds;

import io.chancery.model.Node;
import io.chancery.snapshot.Resource;
import java.util.List;

/** Told what clients say of the resources they are sent. Called on event loops, by several at once; must return quickly. */
public interface ReplyListener {

    /** Takes no notice. */
    ReplyListener NONE = new ReplyListener() {
        @Override
        public void accepted(List<Resource> resources) {
            // not wanted
        }

        @Override
        public void refused(Node node, String typeUrl, List<Resource> blamed, String message) {
            // not wanted
        }
    };

    /**
     * Called at least once when a client has accepted the resources, or has come with them; not for every client that
     * accepts them.
     */
    void accepted(List<Resource> resources);

    /**
     * Called at each refusal.
     *
     * @param blamed the resources on which it falls: those that the message names, else all that were new to the client
     * @param message the client's words, uncut
     */
    void refused(Node node, String typeUrl, List<Resource> blamed, String message);
}
