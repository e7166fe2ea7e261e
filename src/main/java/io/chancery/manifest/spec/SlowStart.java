package io.chancery.manifest.spec;

import java.time.Duration;

/** A new endpoint's way to its full share. */
public record SlowStart(@Field("is how long it takes") Duration window) {
    public SlowStart {
        Bounds.duration("window", window);
    }
}
