package io.chancery.manifest.spec;

import io.chancery.model.ServiceName;

/** A share of the traffic. */
public record WeightedService(
        @Field("is the service's name") String service,

        @Field("is its share, in relation to the sum of all: 0 to 1000000")
        int weight) {

    public WeightedService {
        ServiceName _ = new ServiceName(service);
        Bounds.range("weight", weight, 0, 1_000_000);
    }
}
