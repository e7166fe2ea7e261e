package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;

/** When an endpoint is taken out, and for how long. */
public record OutlierDetection(
        @Field(value = "is how many answers of 5xx in a row take an endpoint out; 0 for never", otherwise = "5")
        int consecutive5xx,

        @Field(value = "is how many answers of 502, 503 or 504 in a row do; 0 for never", otherwise = "5")
        int consecutiveGatewayFailure,

        @Field(value = "is how often Envoy looks", otherwise = "10s")
        Duration interval,

        @Field(value = "is how long it is out the first time; each time takes longer", otherwise = "30s")
        Duration baseEjectionTime,

        @Field(value = "is the longest that it is out", otherwise = "300s")
        Duration maxEjectionTime,

        @Field(value = "is the percentage of endpoints that may be out; one may always", otherwise = "10")
        int maxEjectionPercent) {

    public OutlierDetection {
        Bounds.range("consecutive5xx", consecutive5xx, 0, 1_000_000);
        Bounds.range("consecutiveGatewayFailure", consecutiveGatewayFailure, 0, 1_000_000);
        Bounds.duration("interval", interval);
        Bounds.duration("baseEjectionTime", baseEjectionTime);
        Bounds.duration("maxEjectionTime", maxEjectionTime);
        Bounds.percent("maxEjectionPercent", maxEjectionPercent);
        if (maxEjectionTime.compareTo(baseEjectionTime) < 0) {
            throw new InvalidValueException("maxEjectionTime", "must not be less than baseEjectionTime");
        }
    }
}
