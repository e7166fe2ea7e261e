package io.chancery.healthcheck;

/**
 * How many probes in a row change a verdict.
 *
 * @param healthy passes that bring an unhealthy endpoint back
 * @param unhealthy failures that take an endpoint out
 */
record Thresholds(int healthy, int unhealthy) {

    Thresholds {
        if (healthy < 1 || unhealthy < 1) {
            throw new IllegalArgumentException("thresholds must be 1 or more");
        }
    }
}
