package io.chancery.rest;

import io.chancery.redis.MasterSwitch;
import io.chancery.redis.SwitchListener;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.DeliveryStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Measures how long it takes until the Envoys have a new Redis master. */
final class FailoverTimer implements SwitchListener {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final ClientStreams streams;
    private final MeterRegistry meters;
    private final Timer timer;

    FailoverTimer(ClientStreams streams, MeterRegistry meters) {
        this.streams = streams;
        this.meters = meters;
        this.timer = Timer.builder("chancery.rest.failovers")
                .description("Time from noticing a new Redis master until all Envoys concerned have acknowledged it")
                .register(meters);
    }

    /** One that is the first is no failover, and one that concerns nobody, or that somebody does not take, takes no time. */
    @Override
    public void switched(MasterSwitch change) {
        if (change.from().isEmpty()) {
            return;
        }
        try {
            DeliveryStatus delivery = streams.await(change.revision(), 100, LONGEST);
            if (delivery.concerned() > 0 && delivery.isAcknowledgedBy(100)) {
                timer.record(meters.config().clock().monotonicTime() - change.noticedNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
