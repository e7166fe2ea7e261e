package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import java.util.concurrent.CompletableFuture;

/** Ways to the nodes and Sentinels of one master. */
interface Links extends AutoCloseable {

    NodeLink node(HostName node);

    /**
     * A way to a Sentinel.
     *
     * @param moved is run whenever the Sentinel tells of a new master, on a thread that must not be kept
     */
    SentinelLink sentinel(HostName sentinel, Runnable moved);

    @Override
    void close();

    /** A way to a node. */
    interface NodeLink {

        /** Asks for the role. What comes of it is known within the manifest's time, and never a failure. */
        CompletableFuture<RoleReading> ask();

        /** Closes the connections of the node's clients; tells whether it did, within the manifest's time. */
        CompletableFuture<Boolean> closeClients();
    }

    /** A way to a Sentinel. */
    interface SentinelLink {

        /** Asks for the master, and sees to it that it tells of new ones; as {@link NodeLink#ask}. */
        CompletableFuture<SentinelReading> ask();
    }
}
