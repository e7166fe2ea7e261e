package io.chancery.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A Redis node or Sentinel on the loopback address that ends with this process, also if this one is killed. Its settings,
 * its log and its process id are in a folder of its own. Safe for use by several threads.
 */
final class RedisServer implements AutoCloseable {

    static final String ADDRESS = "127.0.0.1";
    private static final String PID = "redis.pid";
    private static final String SETTINGS = "redis.conf";
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int TIMEOUT_MILLIS = 1_000;

    private final WatchedProcess process;
    private final Path folder;
    private final int port;

    private RedisServer(WatchedProcess process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts a node that keeps nothing on disk.
     *
     * @param parent has its folder
     * @param master the port of the one that it is a replica of; its own makes it a master
     */
    static RedisServer node(Path program, Path parent, int port, int master) throws IOException {
        List<String> settings =
                new ArrayList<>(List.of("save \"\"", "appendonly no", "repl-diskless-sync-delay 0", "pidfile " + PID));
        if (master != port) {
            settings.add("replicaof " + ADDRESS + ' ' + master);
        }
        return start(List.of(program.toString()), folder(parent, port), port, settings);
    }

    /**
     * What a Sentinel watches.
     *
     * @param name what it calls the master
     * @param master the master's port
     * @param quorum how many Sentinels must agree that it is down
     */
    record Monitored(String name, int master, int quorum) {}

    /** Starts a Sentinel. */
    static RedisServer sentinel(Path program, Path parent, int port, Monitored monitored) throws IOException {
        String name = monitored.name();
        return start(
                List.of(program.toString(), "--sentinel"),
                folder(parent, port),
                port,
                List.of(
                        "sentinel monitor " + name + ' ' + ADDRESS + ' ' + monitored.master() + ' '
                                + monitored.quorum(),
                        "sentinel down-after-milliseconds " + name + " 2000",
                        "sentinel failover-timeout " + name + " 10000"));
    }

    private static Path folder(Path parent, int port) {
        return parent.resolve("redis-" + port);
    }

    private static RedisServer start(List<String> program, Path folder, int port, List<String> settings)
            throws IOException {
        Files.createDirectories(folder);
        List<String> lines = new ArrayList<>(List.of("bind " + ADDRESS, "port " + port));
        lines.addAll(settings);
        Files.write(folder.resolve(SETTINGS), lines);
        List<String> command = new ArrayList<>(program);
        command.add(1, SETTINGS);
        return new RedisServer(WatchedProcess.start(command, folder, folder.resolve("redis.log")), folder, port);
    }

    /** The file with the number of a node's process. */
    static Path pidFile(Path parent, int port) {
        return folder(parent, port).resolve(PID);
    }

    /**
     * Waits until what it says of itself has this in it.
     *
     * @return why it will not, or did not in this time
     */
    Optional<String> awaitInformation(String part, Duration atMost) throws IOException, InterruptedException {
        // Another server may have the port, and this one be about to end.
        String own = "config_file:" + folder.toRealPath().resolve(SETTINGS);
        for (long poll = 0; poll < atMost.dividedBy(POLL); poll++) {
            if (process.endsWithin(POLL)) {
                return Optional.of("the Redis for port " + port + " does not run: " + process.ending());
            }
            String information = ask("INFO");
            if (information.contains(own) && information.contains(part)) {
                return Optional.empty();
            }
        }
        return Optional.of("the Redis at port " + port + " did not come to say " + part + "; " + process.lastWords());
    }

    /** Returns the text that it answers, empty where it does not answer. */
    private String ask(String command) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral(ADDRESS), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String head = String.valueOf(in.readLine());
            if (!head.matches("\\$\\d{1,7}")) {
                return head;
            }
            char[] text = new char[Integer.parseInt(head.substring(1))];
            int read = 0;
            for (int more = 0; more >= 0 && read < text.length; more = in.read(text, read, text.length - read)) {
                read += more;
            }
            return new String(text, 0, read);
        } catch (IOException _) {
            return "";
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
