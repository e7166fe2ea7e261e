package io.chancery.bootstrap;

import java.util.function.IntSupplier;

/** The port that xDS was given, which the settings do not say where they ask for a free one. */
final class XdsPort implements IntSupplier {

    private volatile int port;

    /** @param opened less than 1 where the server has no port of its own */
    void opened(int opened) {
        if (opened > 0) {
            port = opened;
        }
    }

    /** Returns 0 until the port is open. */
    @Override
    public int getAsInt() {
        return port;
    }
}
