package io.chancery.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** Real Redis nodes on free ports, the first a master and the others its replicas, and Sentinels that watch them. */
public final class TestingRedis implements AutoCloseable {

    private static final Duration UNTIL_READY = Duration.ofSeconds(90);

    private final Path folder;
    private final String password;
    private final Map<Integer, RealPart> nodes = new TreeMap<>();
    private final Map<Integer, RealPart> sentinels = new TreeMap<>();

    private TestingRedis(Path folder, String password) {
        this.folder = folder;
        this.password = password;
    }

    /** Starts nodes, and waits until the replicas follow the first. */
    public static TestingRedis start(int count) throws IOException {
        return startWithPassword(count, "");
    }

    /**
     * The same, of nodes that want a password, with which they also follow each other.
     *
     * @param password empty for none
     */
    public static TestingRedis startWithPassword(int count, String password) throws IOException {
        TestingRedis redis = new TestingRedis(Files.createTempDirectory("chancery-redis"), password);
        int master = 0;
        for (int i = 0; i < count; i++) {
            int port = FreePorts.lasting();
            redis.startNode(port);
            if (master == 0) {
                master = port;
            } else {
                redis.command(port, "REPLICAOF 127.0.0.1 " + master);
            }
        }
        redis.awaitReplicas(master, count - 1);
        return redis;
    }

    /** Starts a node that begins as a master. */
    public void startNode(int port) throws IOException {
        Path own = Files.createDirectories(folder.resolve("node-" + port));
        List<String> command = new ArrayList<>(List.of(
                program(),
                "--bind",
                "127.0.0.1",
                // A name may lead there; not every machine has it.
                "-::1",
                "--port",
                Integer.toString(port),
                "--save",
                "",
                "--appendonly",
                "no",
                "--repl-diskless-sync-delay",
                "0",
                "--repl-ping-replica-period",
                "1"));
        if (!password.isEmpty()) {
            command.addAll(List.of("--requirepass", password, "--masterauth", password));
        }
        nodes.put(port, RealPart.start(own, port, Map.of(), command));
    }

    private static String program() {
        return RealPart.program("redis-server", "/usr/bin/redis-server", "/usr/local/bin/redis-server")
                .toString();
    }

    /** Waits until a master has so many replicas that are in step with it. */
    public void awaitReplicas(int master, int count) {
        Awaitility.await("replicas of " + master).atMost(UNTIL_READY).until(() -> {
            String info = command(master, "INFO replication");
            return info.lines().filter(line -> line.contains("state=online")).count() >= count;
        });
    }

    /**
     * Starts Sentinels that take a node for down after a second and a half, and waits until they know each other and the
     * replicas. They ask a node once a second: with less, each new master would look dead until its first answer, and be moved.
     */
    public List<Integer> startSentinels(int count, int master) throws IOException {
        for (int i = 0; i < count; i++) {
            int port = FreePorts.lasting();
            Path own = Files.createDirectories(folder.resolve("sentinel-" + port));
            Path file = Files.writeString(own.resolve("sentinel.conf"), """
                    bind 127.0.0.1
                    port %d
                    dir %s
                    sentinel monitor mymaster 127.0.0.1 %d 2
                    sentinel down-after-milliseconds mymaster 1500
                    sentinel failover-timeout mymaster 3000
                    sentinel parallel-syncs mymaster 5
                    """.formatted(port, own, master));
            sentinels.put(port, RealPart.start(own, port, Map.of(), List.of(program(), file.toString(), "--sentinel")));
        }
        int replicas = nodes.size() - 1;
        for (int port : sentinels.keySet()) {
            Awaitility.await("Sentinel " + port + " knows all")
                    .atMost(UNTIL_READY)
                    .until(() -> {
                        String known = command(port, "INFO sentinel");
                        return known.contains("slaves=" + replicas) && known.contains("sentinels=" + count);
                    });
        }
        return List.copyOf(sentinels.keySet());
    }

    /** Waits until all Sentinels take a node for the master, know the others as its replicas and may move it again. */
    public void awaitAgreement(int master) {
        sentinels
                .keySet()
                .forEach(port -> Awaitility.await("Sentinel " + port + " to know " + master)
                        .atMost(UNTIL_READY)
                        .until(() -> {
                            String known = command(port, "SENTINEL MASTER mymaster");
                            String replicas = command(port, "SENTINEL REPLICAS mymaster");
                            return known.contains("port\n" + master + "\n")
                                    && known.contains("flags\nmaster\n")
                                    && replicas.split("flags\nslave\n", -1).length == nodes.size();
                        }));
    }

    /** The ports of the nodes. */
    public List<Integer> ports() {
        return List.copyOf(nodes.keySet());
    }

    /** The first node that says it is a master, by its port. */
    public int master() {
        return ports().stream()
                .filter(port -> command(port, "INFO replication").contains("role:master"))
                .findFirst()
                .orElseThrow();
    }

    /** Any node but this one. */
    public int other(int port) {
        return ports().stream().filter(other -> other != port).findFirst().orElseThrow();
    }

    /** Sends a command as text, and returns the answer without the marks of the protocol. */
    public String command(int port, String command) {
        try (RedisConnection connection = RedisConnection.open(port, Duration.ofSeconds(10))) {
            if (!password.isEmpty() && nodes.containsKey(port)) {
                connection.send("AUTH " + password);
            }
            return connection.send(command);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends a node as {@code kill -9} does. */
    public void kill(int port) {
        RealPart node = nodes.remove(port);
        if (node == null) {
            throw new IllegalArgumentException("there is no node on " + port);
        }
        node.kill();
    }

    /** Ends all Sentinels. */
    public void killSentinels() {
        sentinels.values().forEach(RealPart::kill);
        sentinels.clear();
    }

    @Override
    public void close() {
        sentinels.values().forEach(RealPart::kill);
        nodes.values().forEach(RealPart::kill);
        RealPart.delete(folder);
    }

    /** A client's connection. */
    public static final class RedisConnection implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader reader;

        private RedisConnection(Socket socket) throws IOException {
            this.socket = socket;
            this.reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Connects to a port of this machine. */
        public static RedisConnection open(int port, Duration timeout) throws IOException {
            Socket socket = new Socket();
            try {
                socket.connect(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), (int) timeout.toMillis());
                socket.setSoTimeout((int) timeout.toMillis());
                socket.setTcpNoDelay(true);
                return new RedisConnection(socket);
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        /** Sends a command, and returns the answer without the marks of the protocol; an error begins with a minus. */
        public String send(String command) throws IOException {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            return answer();
        }

        /** What comes next without being asked for. */
        public String next() throws IOException {
            return answer();
        }

        private String answer() throws IOException {
            String line = reader.readLine();
            if (line == null) {
                throw new IOException("the connection was closed");
            }
            return switch (line.charAt(0)) {
                case '+', ':' -> line.substring(1);
                case '$' -> text(Integer.parseInt(line.substring(1)));
                case '*' -> {
                    List<String> parts = new ArrayList<>();
                    for (int i = Integer.parseInt(line.substring(1)); i > 0; i--) {
                        parts.add(answer());
                    }
                    yield String.join("\n", parts);
                }
                default -> line;
            };
        }

        /** The texts that are asked for here have one byte for each character. */
        private String text(int length) throws IOException {
            StringBuilder text = new StringBuilder();
            while (text.length() < length + 2) {
                int next = reader.read();
                if (next < 0) {
                    throw new IOException("the connection was closed");
                }
                text.append((char) next);
            }
            text.setLength(length);
            return text.toString();
        }

        /** Whether the other side has closed it, or does so within this time. */
        public boolean isClosedWithin(Duration time) throws IOException {
            socket.setSoTimeout((int) time.toMillis());
            try {
                return reader.read() < 0;
            } catch (SocketTimeoutException _) {
                return false;
            } catch (IOException _) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
