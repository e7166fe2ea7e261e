package io.chancery.healthcheck;

import java.time.Duration;

/** One thread that does what it is given, one thing after the other, and the time by which it does. */
interface Agenda extends AutoCloseable {

    /** Nanoseconds that only go on. May be asked by any thread. */
    long nanos();

    /** Does it soon, after all that was given before. May be called by any thread; what comes after the end is not done. */
    void soon(Runnable task);

    /** Does it after a time. Called on the agenda's thread. */
    Entry in(Duration delay, Runnable task);

    /** Ends without doing what is left. */
    @Override
    void close();

    /** Something that is to be done. */
    interface Entry {

        /** Takes it off the agenda, if it is not done yet. Called on the agenda's thread. */
        void cancel();
    }
}
