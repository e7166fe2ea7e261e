package io.chancery.features;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import io.chancery.testing.FreePorts;
import io.chancery.testing.PlainHttp;
import io.chancery.testing.RealPart;
import io.chancery.testing.RealStores;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEcho;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Applications that reach real data stores over the Envoy beside them, as {@code docs/examples/sidecars.yaml} declares it. */
class EnvoySidecarIT {

    private static final Duration ENVOYS_CHANGE = Duration.ofSeconds(20);
    private static final int STORE = 0;
    private static final int LOCAL = 1;
    private static final int INGRESS = 2;
    private static final int SECOND_LOCAL = 3;

    @TempDir
    Path folder;

    private final List<Integer> ports = FreePorts.of(4);
    private final List<AutoCloseable> open = new ArrayList<>();
    private TestingEcho application;
    private TestingServer server;

    @BeforeEach
    void start() throws IOException {
        application = opened(TestingEcho.start("application"));
        server = opened(TestingServer.start(folder.resolve("data")));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    /** The example with the ports of this test. */
    private String sidecars(String store, String formerStorePort, int formerPort) {
        String yaml = TestingDocuments.example("sidecars.yaml");
        yaml = TestingDocuments.replaced(yaml, "127.0.0.1:" + formerStorePort, "127.0.0.1:" + ports.get(STORE));
        String applicationPort = application.endpoint().substring("127.0.0.1:".length());
        yaml = TestingDocuments.replaced(
                yaml,
                "service: " + store + "_service\n  applicationPort: 8080",
                "service: " + store + "_service\n  ingressPort: " + ports.get(INGRESS) + "\n  applicationPort: "
                        + applicationPort);
        String dependency = "{service: " + store + ", port: ";
        yaml = yaml.replaceFirst(
                Pattern.quote(dependency + formerPort), Matcher.quoteReplacement(dependency + ports.get(LOCAL)));
        return yaml.replace(dependency + formerPort, dependency + ports.get(SECOND_LOCAL));
    }

    private TestingEnvoy envoy(String cluster, String listener) throws IOException, InterruptedException {
        return opened(TestingEnvoy.startDynamic(
                folder, server.xdsPort(), new NodeName(cluster + "-1", cluster), listener, ""));
    }

    @Test
    @Tag("redis")
    void redisIsReachedOverTheSidecarAndFollowedWithinASecond() throws IOException, InterruptedException {
        opened(RealStores.redis(folder, ports.get(STORE)));
        server.apply(TestingDocuments.list(sidecars("redis", "16379", 6379)));
        TestingEnvoy envoy = envoy("redis_service", "redis_service_egress_redis");
        int local = ports.get(LOCAL);

        assertThat(redis(local, "SET", "foo", "bar")).isEqualTo("+OK");
        assertThat(redis(local, "GET", "foo")).isEqualTo("$3\r\nbar");
        assertSidecar(envoy, "redis");

        int next = FreePorts.one();
        opened(RealStores.redis(folder, next));
        assertThat(redis(next, "SET", "foo", "moved")).isEqualTo("+OK");
        move("redis", next);
        await("the application to reach it where it is now")
                .atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> redis(local, "GET", "foo").equals("$5\r\nmoved"));
    }

    @Test
    @Tag("redis")
    void aStoreCanBeCheckedUnderstoodAndHaveASidecarItself() throws IOException, InterruptedException {
        opened(RealStores.redis(folder, ports.get(STORE)));
        server.apply(TestingDocuments.list("""
                kind: Service
                name: redis
                spec:
                  protocol: tcp
                  endpoints: "127.0.0.1:%1$d"
                  healthCheck: {tcp: {send: 50494e470d0a, receive: 2b504f4e470d0a}, interval: 1s}
                ---
                kind: Sidecar
                name: cache
                spec:
                  service: cache
                  dependencies: {service: redis, port: %2$d, protocolFilter: redis}
                ---
                kind: Sidecar
                name: redis
                spec: {service: redis, applicationPort: %1$d, ingressPort: %3$d, ingressProtocol: tcp}
                """.formatted(ports.get(STORE), ports.get(LOCAL), ports.get(INGRESS))));
        TestingEnvoy envoy = envoy("cache", "cache_egress_redis");
        await("the other").atMost(ENVOYS_CHANGE).until(() -> envoy.listeners().contains("redis_ingress"));

        assertThat(redis(ports.get(LOCAL), "SET", "foo", "bar")).isEqualTo("+OK");
        assertThat(redis(ports.get(LOCAL), "GET", "foo")).isEqualTo("$3\r\nbar");
        assertThat(redis(ports.get(INGRESS), "GET", "foo")).isEqualTo("$3\r\nbar");

        assertThat(envoy.stat("redis.egress_redis.command.set.total")).isEqualTo(1);
        assertThat(envoy.stat("redis.egress_redis.command.get.total")).isEqualTo(1);
        assertThat(envoy.stat("tcp.ingress_redis.downstream_cx_total")).isEqualTo(1);
        await("a check of its health").until(() -> envoy.stat("cluster.redis.health_check.success") > 0);
        assertThat(envoy.stat("cluster.redis.health_check.failure")).isZero();
    }

    @Test
    @Tag("postgresql")
    void postgresqlIsReachedOverTheSidecarAndFollowedWithinASecond()
            throws IOException, InterruptedException, SQLException {
        Path files = RealStores.postgresFiles();
        try {
            RealPart first = opened(RealStores.postgres(files, ports.get(STORE)));
            server.apply(TestingDocuments.list(sidecars("postgres", "15432", 5432)));
            TestingEnvoy envoy = envoy("postgres_service", "postgres_service_egress_postgres");
            int local = ports.get(LOCAL);

            sql(local, "CREATE TABLE example (id text PRIMARY KEY, name text)");
            sql(local, "INSERT INTO example VALUES ('CODE1', 'Item 1'), ('CODE2', 'Item 2')");
            assertThat(sql(local, "SELECT name FROM example ORDER BY name")).containsExactly("Item 1", "Item 2");
            assertSidecar(envoy, "postgres");

            first.close();
            int next = FreePorts.one();
            opened(RealStores.postgres(files, next));
            move("postgres", next);
            await("the application to reach it where it is now")
                    .atMost(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptionsInstanceOf(SQLException.class)
                    .until(() ->
                            sql(local, "SELECT name FROM example ORDER BY name").size() == 2);
        } finally {
            stopNewestFirst();
            RealPart.delete(files);
        }
    }

    /** PostgreSQL must be gone before its files go. */
    private void stopNewestFirst() {
        for (AutoCloseable one : open) {
            if (one instanceof RealPart part) {
                part.close();
            }
        }
    }

    @Test
    @Tag("rabbitmq")
    void whatAServicePublishesOverItsSidecarReachesTheWorkerOverItsOwnAndTheBrokerIsFollowedWithinASecond()
            throws IOException, InterruptedException, TimeoutException {
        int epmd = FreePorts.one();
        opened(RealStores.epmd(folder, epmd));
        RealPart first = opened(RealStores.rabbitmq(folder, ports.get(STORE), epmd));
        server.apply(TestingDocuments.list(sidecars("rabbitmq", "15672", 5672)));
        TestingEnvoy publisher = envoy("rabbitmq_service", "rabbitmq_service_egress_rabbitmq");
        TestingEnvoy worker = envoy("rabbitmq_worker", "rabbitmq_worker_egress_rabbitmq");

        awaitBroker(ports.get(STORE));
        publish("Hello World");
        assertThat(consume()).isEqualTo("Hello World");
        assertSidecar(publisher, "rabbitmq");
        assertThat(worker.listeners()).containsExactly("rabbitmq_worker_egress_rabbitmq");
        assertThat(worker.stat("tcp.egress_rabbitmq.downstream_cx_total")).isPositive();

        first.close();
        int next = FreePorts.one();
        opened(RealStores.rabbitmq(folder, next, epmd));
        move("rabbitmq", next);
        awaitBroker(next);
        publish("Hello again");
        assertThat(consume()).isEqualTo("Hello again");
    }

    private void awaitBroker(int port) {
        for (int local : List.of(ports.get(LOCAL), ports.get(SECOND_LOCAL))) {
            await("port " + local + " to lead to the broker on port " + port)
                    .atMost(Duration.ofSeconds(1))
                    .pollInterval(Duration.ofMillis(20))
                    .ignoreExceptions()
                    .until(() -> broker(local).startsWith("chancery-" + port + "@"));
        }
    }

    private void publish(String text) throws IOException, InterruptedException, TimeoutException {
        try (Connection connection = rabbitmq(ports.get(LOCAL));
                Channel channel = connection.createChannel()) {
            channel.queueDeclare("test", true, false, false, Map.of());
            channel.confirmSelect();
            channel.basicPublish("", "test", null, text.getBytes(UTF_8));
            channel.waitForConfirmsOrDie(20_000);
        }
    }

    /** Takes the one message that there is. */
    private String consume() throws IOException, TimeoutException {
        try (Connection connection = rabbitmq(ports.get(SECOND_LOCAL));
                Channel channel = connection.createChannel()) {
            GetResponse message = channel.basicGet("test", false);
            channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
            assertThat(channel.messageCount("test")).isZero();
            return new String(message.getBody(), UTF_8);
        }
    }

    /** What the broker that is reached calls itself, which begins with the name of its node. */
    private static String broker(int port) throws IOException, TimeoutException {
        try (Connection connection = rabbitmq(port)) {
            return String.valueOf(connection.getServerProperties().get("cluster_name"));
        }
    }

    private static Connection rabbitmq(int port) throws IOException, TimeoutException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        return factory.newConnection();
    }

    /** What comes in goes to the application, what goes out is bound to the loopback address only; all under the seeds' names. */
    private void assertSidecar(TestingEnvoy envoy, String store) throws IOException, InterruptedException {
        assertThat(envoy.listeners())
                .containsExactlyInAnyOrder(store + "_service_ingress", store + "_service_egress_" + store);
        assertThat(envoy.adminPage("/listeners"))
                .contains("127.0.0.1:" + ports.get(LOCAL), "0.0.0.0:" + ports.get(INGRESS));
        assertThat(envoy.stat("tcp.egress_" + store + ".downstream_cx_total")).isPositive();

        long before = application.requests();
        assertThat(PlainHttp.get(ports.get(INGRESS), "/x").status()).isEqualTo(200);
        assertThat(application.requests()).isEqualTo(before + 1);
        assertThat(envoy.stat("http.ingress_http.downstream_rq_total")).isEqualTo(1);
        assertThat(envoy.stat("cluster.local_" + store + "_service.upstream_rq_total"))
                .isEqualTo(1);
    }

    private void move(String service, int port) throws IOException, InterruptedException {
        server.apply(TestingDocuments.list("""
                {kind: Service, name: %s, spec: {protocol: tcp, connectTimeout: 250ms, endpoints: "127.0.0.1:%d"}}
                """.formatted(service, port)));
    }

    /** Returns the first line of the answer, and the second of one that has a text. */
    private static String redis(int port, String... command) throws IOException {
        StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
        for (String word : command) {
            request.append("$")
                    .append(word.length())
                    .append("\r\n")
                    .append(word)
                    .append("\r\n");
        }
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.toString().getBytes(UTF_8));
            StringBuilder answer = new StringBuilder();
            int lines = 0;
            int wanted = 1;
            while (lines < wanted) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("closed after " + answer);
                }
                answer.append((char) next);
                if (next == '\n') {
                    lines++;
                    wanted = answer.charAt(0) == '$' && answer.charAt(1) != '-' ? 2 : 1;
                }
            }
            return answer.toString().strip();
        }
    }

    private static List<String> sql(int port, String statement) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (java.sql.Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
                Statement execution = connection.createStatement()) {
            if (execution.execute(statement)) {
                try (ResultSet result = execution.getResultSet()) {
                    while (result.next()) {
                        rows.add(result.getString(1));
                    }
                }
            }
        }
        return rows;
    }
}
