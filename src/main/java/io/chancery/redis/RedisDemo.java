package io.chancery.redis;

import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads the two lists by which others have their Redis nodes tracked, and declares the same under the same names: the
 * master behind {@code listener_0}, any node behind {@code redis}, and the master behind {@code redis_listener}, which
 * speaks Redis.
 */
final class RedisDemo {

    static final String NODES = "REDIS_HOST_PORT_LIST";
    static final String ANNOUNCED = "ENVOY_CLUSTERS_LIST";
    static final String SENTINELS = "REDIS_SENTINEL_LIST";
    static final String MASTER = "REDIS_MASTER_NAME";

    private static final String MASTER_CLUSTER = "redis_proxy_cluster";
    private static final String READ_CLUSTER = "redis";
    private static final String PING = "50494e470d0a";
    private static final String PONG = "2b504f4e470d0a";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final List<HostName> nodes;
    private final List<String> announced;
    private final List<HostName> sentinels;
    private final String masterName;
    private final Environment environment;

    /**
     * Reads the lists.
     *
     * @param environment the variables
     * @throws InvalidValueException naming the variable, and the entry that is wrong
     */
    RedisDemo(Environment environment) {
        this.environment = environment;
        this.nodes = hosts(NODES, environment);
        if (nodes.isEmpty()) {
            throw new InvalidValueException(NODES, "must name at least one node, for example redis-master:6379");
        }
        this.announced = entries(ANNOUNCED, environment);
        if (!announced.isEmpty() && announced.size() != nodes.size()) {
            throw new InvalidValueException(
                    ANNOUNCED,
                    "must have as many entries as " + NODES + ", which has " + nodes.size() + "; it has "
                            + announced.size());
        }
        distinct(ANNOUNCED, announced);
        this.sentinels = hosts(SENTINELS, environment);
        this.masterName = environment.value(MASTER).orElse("mymaster");
    }

    /** The variables of a process. */
    @FunctionalInterface
    interface Environment {
        Optional<String> value(String name);
    }

    private static List<String> entries(String variable, Environment environment) {
        String text = environment.value(variable).orElse("");
        return text.isBlank()
                ? List.of()
                : List.of(text.split(",", -1)).stream().map(String::strip).toList();
    }

    private static List<HostName> hosts(String variable, Environment environment) {
        List<String> entries = entries(variable, environment);
        List<HostName> hosts = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            try {
                hosts.add(HostName.parse(entries.get(i)));
            } catch (InvalidValueException e) {
                throw new InvalidValueException(
                        variable,
                        "must have HOST:PORT in each place, for example redis-master:6379; place " + (i + 1) + " has "
                                + shown(entries.get(i)));
            }
        }
        distinct(variable, entries);
        return hosts;
    }

    private static void distinct(String variable, List<String> entries) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.indexOf(entries.get(i)) < i) {
                throw new InvalidValueException(
                        variable, "must not name " + shown(entries.get(i)) + " again in place " + (i + 1));
            }
        }
    }

    private static String shown(String entry) {
        String printable = entry.codePoints()
                .filter(c -> !Character.isISOControl(c))
                .limit(80)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return printable.isEmpty() ? "nothing" : printable;
    }

    /** Declares the master and its listeners. */
    void declare(ManifestRegistry manifests) {
        List<Change> changes = new ArrayList<>();
        for (ObjectNode document : documents()) {
            switch (Documents.read(changes.size(), document)) {
                case DocumentResult.Read(Change change) -> changes.add(change);
                case DocumentResult.Faulty(List<Fault> faults) -> throw refused(faults);
            }
        }
        switch (manifests.apply(changes, "redis-demo")) {
            case ApplyResult.Applied _ -> {}
            case ApplyResult.Refused(List<Fault> faults) -> throw refused(faults);
            case ApplyResult.OwnedByFile owned ->
                throw new InvalidValueException(NODES, "cannot be used beside what a file declares: " + owned);
            case ApplyResult.PreconditionFailed failed ->
                throw new IllegalStateException("there was no precondition: " + failed);
        }
    }

    private static InvalidValueException refused(List<Fault> faults) {
        return new InvalidValueException(
                NODES,
                "and the lists beside it must make a RedisMaster: "
                        + faults.stream()
                                .map(fault -> fault.path() + ' ' + fault.reason())
                                .collect(Collectors.joining("; ")));
    }

    private int port(String variable, int otherwise) {
        Optional<String> given = environment.value(variable).filter(text -> !text.isBlank());
        if (given.isEmpty()) {
            return otherwise;
        }
        try {
            return new HostName("localhost", Integer.parseInt(given.get())).port();
        } catch (IllegalArgumentException _) {
            throw new InvalidValueException(variable, "must be a port, 1 to 65535, for example " + otherwise);
        }
    }

    List<ObjectNode> documents() {
        return List.of(
                master(),
                listener("listener_0", port("REDIS_MASTER_PORT", 6_666), MASTER_CLUSTER),
                listener("redis", port("REDIS_READ_PORT", 6_000), READ_CLUSTER),
                speaking(listener("redis_listener", port("REDIS_PROXY_PORT", 7_777), MASTER_CLUSTER)));
    }

    private ObjectNode master() {
        ObjectNode document = JSON.createObjectNode().put("kind", "RedisMaster").put("name", "redis");
        ObjectNode spec = document.putObject("spec");
        ArrayNode hosts = spec.putArray("nodes");
        nodes.forEach(node -> hosts.add(node.toString()));
        if (!announced.isEmpty()) {
            ArrayNode names = spec.putArray("announce");
            announced.forEach(names::add);
        }
        if (!sentinels.isEmpty()) {
            ArrayNode watching = spec.putArray("sentinels");
            sentinels.forEach(sentinel -> watching.add(sentinel.toString()));
            spec.put("masterName", masterName);
        }
        spec.put("masterService", MASTER_CLUSTER)
                .put("replicasService", READ_CLUSTER)
                .put("readsFromMaster", "always")
                .put("connectTimeout", "5s");
        spec.set("healthCheck", check(1, 2));
        spec.set("replicasHealthCheck", check(2, 1));
        return document;
    }

    private static ObjectNode check(int unhealthyThreshold, int healthyThreshold) {
        ObjectNode check = JSON.createObjectNode();
        check.putObject("tcp").put("send", PING).put("receive", PONG);
        return check.put("timeout", "5s")
                .put("interval", "10s")
                .put("noTrafficInterval", "10s")
                .put("unhealthyInterval", "10s")
                .put("unhealthyThreshold", unhealthyThreshold)
                .put("healthyThreshold", healthyThreshold);
    }

    private ObjectNode listener(String name, int port, String service) {
        ObjectNode document = JSON.createObjectNode().put("kind", "Listener").put("name", name);
        document.putObject("spec")
                .put("protocol", "tcp")
                .put(
                        "address",
                        environment
                                .value("REDIS_LISTEN_ADDRESS")
                                .filter(text -> !text.isBlank())
                                .orElse("0.0.0.0"))
                .put("port", port)
                .put("service", service)
                .put("statPrefix", name.equals("listener_0") ? "tcp_proxy" : name);
        return document;
    }

    private static ObjectNode speaking(ObjectNode listener) {
        ((ObjectNode) listener.get("spec")).put("protocolFilter", "redis");
        return listener;
    }
}
