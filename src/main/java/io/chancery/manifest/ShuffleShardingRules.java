package io.chancery.manifest;

import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.model.Alphabet;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What the values of the keys under {@code shuffle_sharding} may be in a runtime layer, so that who reads them always finds a
 * shard that there can be. The keys of one layer are held against each other; what other layers say is not known here.
 */
final class ShuffleShardingRules {

    private static final String PREFIX = "shuffle_sharding.";
    private static final String TOTAL = PREFIX + "total_hosts";
    private static final String DEFAULT_SIZE = PREFIX + "default_shard_size";
    private static final String CUSTOMER = PREFIX + "customer.";
    private static final String SIZE = ".shard_size";

    private static final Alphabet ID = new Alphabet("._-@:+~");
    private static final int MAX_ID = 128;

    private ShuffleShardingRules() {}

    /** Adds what is wrong. */
    static void check(RuntimeLayer layer, String path, Faults faults) {
        check(layer.values(), path + ".values", faults);
        layer.fallback().ifPresent(fallback -> check(fallback, path + ".fallback", faults));
    }

    private static void check(SortedMap<String, Object> values, String path, Faults faults) {
        Optional<Double> total = Optional.ofNullable(values.get(TOTAL)).flatMap(ShuffleShardingRules::count);
        for (Map.Entry<String, Object> entry : values.tailMap(PREFIX).entrySet()) {
            if (!entry.getKey().startsWith(PREFIX)) {
                return;
            }
            fault(entry.getKey(), entry.getValue(), total)
                    .ifPresent(reason -> faults.add(path + '.' + entry.getKey(), reason));
        }
    }

    private static Optional<String> fault(String key, Object value, Optional<Double> total) {
        if (!key.equals(TOTAL) && !key.equals(DEFAULT_SIZE)) {
            if (!key.startsWith(CUSTOMER) || !key.endsWith(SIZE) || key.length() <= CUSTOMER.length() + SIZE.length()) {
                return Optional.of("is not a key of shuffle sharding; there are " + TOTAL + ", " + DEFAULT_SIZE
                        + " and " + CUSTOMER + "<id>" + SIZE);
            }
            String id = key.substring(CUSTOMER.length(), key.length() - SIZE.length());
            if (id.length() > MAX_ID || !ID.hasAllOf(id)) {
                return Optional.of(
                        "must have as the customer's id 1 to " + MAX_ID + " letters, digits and . _ - @ : + ~");
            }
        }
        Optional<Double> count = count(value);
        if (count.isEmpty()) {
            return Optional.of("must be a whole number of hosts, at least 1");
        }
        return !key.equals(TOTAL) && total.isPresent() && count.get() > total.get()
                ? Optional.of("must be at most " + TOTAL)
                : Optional.empty();
    }

    /** Returns the value if it can be a number of hosts. */
    private static Optional<Double> count(Object value) {
        return value instanceof Double number
                        && number >= 1
                        && number <= Integer.MAX_VALUE
                        && number == Math.rint(number)
                ? Optional.of(number)
                : Optional.empty();
    }
}
