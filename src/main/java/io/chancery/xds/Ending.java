package io.chancery.xds;

import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** When a stream is to be ended from this side. Used by its partition's thread only. */
final class Ending {

    static final Status TOO_OLD = Status.UNAVAILABLE.withDescription("maximum age");

    private final DiscoveryStream stream;
    private final Partition partition;
    private @Nullable Future<?> timer;
    private boolean due;

    Ending(DiscoveryStream stream, Partition partition) {
        this.stream = stream;
        this.partition = partition;
    }

    /**
     * Ends the stream when it is that old, but not before it has had its first response: a gRPC client takes a stream that
     * ends without one for a failure and waits before it comes back (gRPC proposal A57).
     */
    void atAge(Duration age) {
        timer = partition.timer(age, () -> {
            due = true;
            afterResponse();
        });
    }

    /** Ends the stream if only its first response was waited for. */
    void afterResponse() {
        if (due && stream.hasResponded()) {
            stream.close(TOO_OLD);
        }
    }

    /** Ends the stream when the time has passed. */
    void after(Duration wait, Status status) {
        if (wait.isZero()) {
            stream.close(status);
        } else {
            cancel();
            timer = partition.timer(wait, () -> stream.close(status));
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
