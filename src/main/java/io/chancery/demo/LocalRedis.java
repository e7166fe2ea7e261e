package io.chancery.demo;

import io.chancery.model.HostPort;
import io.chancery.model.InvalidValueException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Redis nodes on this machine, the first of them a master and the others its replicas, and the Sentinels that watch them.
 * Safe for use by several threads.
 */
final class LocalRedis {

    /** What runs the nodes and the Sentinels. */
    static final String PROGRAM = "redis-server";

    private static final Duration UNTIL_READY = Duration.ofSeconds(30);

    private final SearchPath programs;
    private final Path folder;
    private final StartedParts parts = new StartedParts();

    /**
     * @param folder where their settings and logs go
     */
    LocalRedis(SearchPath programs, Path folder) {
        this.programs = programs;
        this.folder = folder;
    }

    /**
     * What is to be started, as Chancery is told of it.
     *
     * @param nodes {@code 127.0.0.1:PORT} of each, separated by commas
     * @param sentinels likewise; empty for none
     * @param master what Sentinels call the master
     */
    record Lists(String nodes, String sentinels, String master) {}

    /** What starting them can come to. */
    sealed interface Result {

        /**
         * All know each other.
         *
         * @param master the port of the first node
         * @param masterPid the file with the number of its process
         */
        record Running(int master, Path masterPid, int nodes, int sentinels) implements Result {}

        /** There is none, and how to have it. */
        record None(String reason, String remedy) implements Result {}
    }

    Result start(Lists lists) throws IOException, InterruptedException {
        Optional<Path> program = programs.find(PROGRAM);
        if (program.isEmpty()) {
            return new Result.None(
                    "there is no " + PROGRAM + " on PATH, in /usr/bin or in /usr/local/bin",
                    "install it (Debian and Ubuntu: apt-get install --no-install-recommends " + PROGRAM
                            + ") and start again");
        }
        List<Integer> nodes;
        List<Integer> sentinels;
        try {
            nodes = ports("REDIS_HOST_PORT_LIST", lists.nodes());
            sentinels = ports("REDIS_SENTINEL_LIST", lists.sentinels());
        } catch (InvalidValueException e) {
            return new Result.None(e.field() + ' ' + e.reason(), "correct that and start again");
        }
        Optional<String> fault = startNodes(program.get(), nodes);
        if (fault.isEmpty()) {
            fault = startSentinels(program.get(), lists.master(), nodes, sentinels);
        }
        if (fault.isPresent()) {
            parts.end();
            return new Result.None(
                    fault.get(),
                    "see that nothing else uses these ports, or choose others in REDIS_HOST_PORT_LIST and"
                            + " REDIS_SENTINEL_LIST");
        }
        int master = nodes.getFirst();
        return new Result.Running(master, RedisServer.pidFile(folder, master), nodes.size(), sentinels.size());
    }

    private static List<Integer> ports(String variable, String list) {
        return Stream.of(list.split(","))
                .filter(entry -> !entry.isBlank())
                .map(entry -> port(variable, entry.strip()))
                .toList();
    }

    private static int port(String variable, String entry) {
        try {
            HostPort parsed = HostPort.parse(entry);
            if (parsed.address().value().equals(RedisServer.ADDRESS)) {
                return parsed.port();
            }
        } catch (InvalidValueException _) {
            // The rule is the same.
        }
        throw new InvalidValueException(
                variable, "must have " + RedisServer.ADDRESS + ":PORT in each place, as the demo starts what it names");
    }

    /** Returns why they do not run. */
    private Optional<String> startNodes(Path program, List<Integer> ports) throws IOException, InterruptedException {
        int master = ports.getFirst();
        for (int port : ports) {
            RedisServer node = RedisServer.node(program, folder, port, master);
            parts.add(node::close);
            Optional<String> fault =
                    node.awaitInformation(port == master ? "role:master" : "master_link_status:up", UNTIL_READY);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    private Optional<String> startSentinels(Path program, String name, List<Integer> nodes, List<Integer> ports)
            throws IOException, InterruptedException {
        List<RedisServer> sentinels = new ArrayList<>();
        for (int port : ports) {
            RedisServer sentinel = RedisServer.sentinel(
                    program, folder, port, new RedisServer.Monitored(name, nodes.getFirst(), ports.size() / 2 + 1));
            parts.add(sentinel::close);
            sentinels.add(sentinel);
        }
        String agreed = "slaves=" + (nodes.size() - 1) + ",sentinels=" + ports.size();
        for (RedisServer sentinel : sentinels) {
            Optional<String> fault = sentinel.awaitInformation(agreed, UNTIL_READY);
            if (fault.isPresent()) {
                return fault;
            }
        }
        return Optional.empty();
    }

    /** Ends them; one that is still starting ends when it has started. */
    void stop() {
        parts.end();
    }
}
