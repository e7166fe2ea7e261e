package io.chancery.manifest;

import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Spec;
import io.chancery.model.Alphabet;
import io.chancery.model.InvalidValueException;
import io.chancery.model.NodeSelector;
import io.chancery.model.ServiceName;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A named document that an operator declares.
 *
 * @param nodes who it is for
 * @param labels at most {@value #MAX_LABELS}, of letters, digits and {@code . _ / -}, each part at most {@value
 *     #MAX_LABEL} long; a value may be empty
 */
public record Manifest(ManifestKey key, NodeSelector nodes, SortedMap<String, String> labels, Spec spec) {

    public static final int MAX_LABELS = 32;
    public static final int MAX_LABEL = 128;

    static final String LABEL_RULE = "of at most " + MAX_LABEL + " letters, digits and . _ / - each";

    private static final Alphabet LABEL = new Alphabet("._/-");

    public Manifest {
        if (spec.kind() != key.kind()) {
            throw new IllegalArgumentException(key + " cannot have the spec of a " + spec.kind());
        }
        labels = checked(labels);
        if (spec instanceof ServiceSpec) {
            checkServiceName("name", key.name());
        }
        if (spec instanceof RedisMaster redis) {
            check(key.name(), redis);
        }
        if (spec instanceof ShuffleShard) {
            checkServiceName("name", key.name());
            if (!nodes.isEvery()) {
                throw new InvalidValueException(
                        "nodes", "must be left out: a service has the same shards on every node that has routes to it");
            }
        }
    }

    private static void check(String name, RedisMaster redis) {
        String master = redis.masterCluster(name);
        checkServiceName("spec.masterService", master);
        checkServiceName("spec.replicasService", redis.replicasCluster(name));
        if (master.equals(redis.replicasCluster(name))) {
            throw new InvalidValueException("spec.masterService", "must not be that of the replicas, " + master);
        }
    }

    private static void checkServiceName(String field, String name) {
        try {
            ServiceName _ = new ServiceName(name);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(field, e.reason());
        }
    }

    private static SortedMap<String, String> checked(SortedMap<String, String> labels) {
        if (labels.size() > MAX_LABELS) {
            throw new InvalidValueException("labels", "must have at most " + MAX_LABELS + " entries");
        }
        labels.forEach((name, value) -> {
            if (name.isEmpty() || !isLabel(name) || !isLabel(value)) {
                throw new InvalidValueException(
                        "labels", "must be names with values " + LABEL_RULE + ", for example \"team\": \"blue\"");
            }
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    static boolean isLabel(String text) {
        return text.length() <= MAX_LABEL && LABEL.hasAllOf(text);
    }
}
