package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.FreePorts;
import io.chancery.testing.RealStores;
import io.chancery.testing.TestingConversation;
import io.chancery.testing.TestingDocuments;
import io.chancery.testing.TestingEnvoy;
import io.chancery.testing.TestingEnvoy.NodeName;
import io.chancery.testing.TestingMaster;
import io.chancery.testing.TestingServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of established connections when the service behind a listener for TCP changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EnvoyTcpIT {

    private static final Duration SOON = Duration.ofSeconds(2);
    private static final Duration ENVOYS_CHANGE = Duration.ofSeconds(20);

    /** Every 250 ms: {@code INFO replication}, to which {@code role:master} must be in the answer. */
    private static final String ROLE_CHECK = """
            panicThreshold: 0, healthCheck: {interval: 250ms, timeout: 500ms, unhealthyThreshold: 1,
              tcp: {send: 494e464f207265706c69636174696f6e0d0a, receive: 726f6c653a6d6173746572}}""";

    private static final String CLOSES = ", closeConnectionsOnHostHealthFailure: true";
    private static final String WAITS_FOR_THE_CHECK = ", ignoreHealthOnHostRemoval: false";

    private Path folder;
    private TestingServer server;
    private TestingEnvoy envoy;
    private TestingMaster a;
    private TestingMaster b;

    @BeforeAll
    void start(@TempDir Path parent) throws IOException, InterruptedException {
        folder = parent;
        server = TestingServer.start(folder.resolve("data"), "--chancery.store=memory");
        declare("""
                {kind: Listener, name: ready, spec: {port: %d, routes: [{response: {status: 204}}]}}
                """.formatted(FreePorts.one()));
        envoy = TestingEnvoy.startDynamic(folder, server.xdsPort(), new NodeName("tcp-1", "tcp"), "ready", "");
    }

    @AfterAll
    void stop() {
        envoy.close();
        server.close();
    }

    @BeforeEach
    void startStores() throws IOException {
        a = TestingMaster.start("a");
        b = TestingMaster.start("b");
        a.promote();
    }

    @AfterEach
    void stopStores() {
        a.close();
        b.close();
    }

    @Test
    void whoIsConnectedToTheFormerMasterIsDisconnectedAndReachesTheNextOne() throws Exception {
        int port = listen("moving", ROLE_CHECK + CLOSES + WAITS_FOR_THE_CHECK);
        register("moving", a);
        register("moving", b);

        try (TestingConversation connection = connected(port, "a")) {
            b.promote();
            a.demote();

            assertThat(connection.endsWithin(SOON)).isTrue();
        }
        awaitAnswer(port, "b", SOON);
    }

    @Test
    void unlessThatIsDeclaredAConnectionStaysWithTheFormerMaster() throws Exception {
        int port = listen("staying", ROLE_CHECK);
        register("staying", a);
        register("staying", b);

        try (TestingConversation connection = connected(port, "a")) {
            assertStaysWhileOthersMove(connection, port);
        }
    }

    @Test
    void anEndpointThatIsTakenOutKeepsItsConnectionsUntilItsCheckFails() throws Exception {
        int port = listen("leaving", ROLE_CHECK + CLOSES + WAITS_FOR_THE_CHECK);
        register("leaving", a);
        register("leaving", b);

        try (TestingConversation connection = connected(port, "a")) {
            deregister("leaving", a);
            assertStays(connection);

            b.promote();
            a.demote();

            assertThat(connection.endsWithin(SOON)).isTrue();
        }
        awaitAnswer(port, "b", SOON);
        awaitGone("leaving", a);
    }

    @Test
    void anEndpointWhoseCheckFailsGoesAtOnceWhenItIsTakenOut() throws Exception {
        int port = listen("failing", ROLE_CHECK + CLOSES + WAITS_FOR_THE_CHECK);
        register("failing", a);
        register("failing", b);

        try (TestingConversation connection = connected(port, "a")) {
            deregister("failing", b);

            awaitGone("failing", b);
            assertThat(connection.ask("who")).hasValue("a");
        }
    }

    /** Nobody checks it any longer. */
    @Test
    void whereRemovalDoesNotWaitForTheCheckNobodyEndsTheConnections() throws Exception {
        int port = listen("forgotten", ROLE_CHECK + CLOSES);
        register("forgotten", a);
        register("forgotten", b);

        try (TestingConversation connection = connected(port, "a")) {
            deregister("forgotten", a);
            awaitGone("forgotten", a);
            assertStaysWhileOthersMove(connection, port);
        }
    }

    @Test
    void withoutACheckAConnectionOutlivesThatItsEndpointIsDrainedRemovedAndReplaced() throws Exception {
        int port = listen("unchecked", "connectTimeout: 250ms");
        register("unchecked", a);

        try (TestingConversation connection = connected(port, "a")) {
            register("unchecked", b);
            drain("unchecked", a);
            awaitAnswer(port, "b", SOON);
            deregister("unchecked", a);
            awaitGone("unchecked", a);
            declare("{kind: Service, name: unchecked, spec: {protocol: tcp, endpoints: \"" + b.endpoint() + "\"}}");
            assertStays(connection);
        }
    }

    @Test
    void aListenerEndsConnectionsThatAreSilentOrLastTooLongOrAreTooMany() throws Exception {
        listen("limited", "endpoints: \"" + a.endpoint() + '"');
        int silent = open("silent", "service: limited, idleTimeout: 500ms");
        int brief = open("brief", "service: limited, maxConnectionDuration: 500ms");
        int narrow = open("narrow", "service: limited, maxConnections: 1");

        try (TestingConversation connection = connected(silent, "a")) {
            assertThat(connection.endsWithin(SOON)).isTrue();
        }
        try (TestingConversation connection = connected(brief, "a")) {
            await("the end of a connection that is in use")
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> connection.ask("who").isEmpty());
        }
        awaitAnswer(narrow, "a", ENVOYS_CHANGE);
        await("the connections before to have ended").until(() -> envoy.stat("tcp.narrow.downstream_cx_active") == 0);
        try (TestingConversation connection = TestingConversation.with(narrow)) {
            assertThat(connection.ask("who")).hasValue("a");
            assertThat(TestingConversation.ask(narrow, "who")).isEmpty();
            assertThat(connection.ask("who")).hasValue("a");
        }
    }

    /** As {@code docs/manifests.md} declares it, with the roles of real ones swapped. */
    @Test
    @Tag("redis")
    void aClientOfRedisFollowsTheMaster() throws Exception {
        int first = FreePorts.one();
        int second = FreePorts.one();
        int port = FreePorts.one();
        try (var _ = RealStores.redis(folder, first);
                var _ = RealStores.redis(folder, second)) {
            assertThat(TestingConversation.ask(second, "REPLICAOF 127.0.0.1 " + first))
                    .hasValue("+OK");
            String yaml = TestingDocuments.shown("manifests.md", "name: redis-master");
            yaml = TestingDocuments.replaced(yaml, "10.0.0.5:6379", "127.0.0.1:" + first);
            yaml = TestingDocuments.replaced(yaml, "10.0.0.6:6379", "127.0.0.1:" + second);
            declare(TestingDocuments.replaced(yaml, "port: 6390", "port: " + port));
            await("the master to be reached").atMost(ENVOYS_CHANGE).until(() -> write(port, "before"));

            try (TestingConversation connection = TestingConversation.with(port)) {
                assertThat(connection.ask("SET key begun")).hasValue("+OK");
                assertThat(TestingConversation.ask(second, "REPLICAOF NO ONE")).hasValue("+OK");
                assertThat(TestingConversation.ask(first, "REPLICAOF 127.0.0.1 " + second))
                        .hasValue("+OK");

                assertThat(connection.endsWithin(SOON)).isTrue();
            }
            await("the next master to take a write").atMost(SOON).until(() -> write(port, "after"));
            assertThat(TestingConversation.ask(second, "STRLEN key")).hasValue(":5");
        }
    }

    private static boolean write(int port, String value) throws IOException {
        try {
            return TestingConversation.ask(port, "SET key " + value).equals(Optional.of("+OK"));
        } catch (ConnectException _) {
            return false;
        }
    }

    /** Opens a connection that reaches the store of this name. */
    private TestingConversation connected(int port, String name) throws IOException {
        awaitAnswer(port, name, ENVOYS_CHANGE);
        TestingConversation connection = TestingConversation.with(port);
        assertThat(connection.ask("who")).hasValue(name);
        return connection;
    }

    /** The master moves from {@code a} to {@code b}, and only new connections notice. */
    private void assertStaysWhileOthersMove(TestingConversation connection, int port) throws IOException {
        b.promote();
        a.demote();

        awaitAnswer(port, "b", SOON);
        assertStays(connection);
    }

    private static void assertStays(TestingConversation connection) throws IOException {
        assertThat(connection.endsWithin(SOON)).isFalse();
        assertThat(connection.ask("who")).hasValue("a");
    }

    private static void awaitAnswer(int port, String name, Duration time) {
        await("new connections to reach " + name)
                .atMost(time)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> TestingConversation.ask(port, "who").equals(Optional.of(name)));
    }

    private void awaitGone(String service, TestingMaster store) {
        await("the endpoint to be gone from Envoy")
                .atMost(SOON)
                .until(() -> !envoy.adminPage("/clusters").contains(service + "::" + store.endpoint() + "::"));
    }

    /** Declares a service and opens a listener for it. */
    private int listen(String service, String settings) throws IOException, InterruptedException {
        declare("""
                kind: Service
                name: %s
                spec: {protocol: tcp, %s}
                """.formatted(service, settings));
        return open(service, "service: " + service);
    }

    private int open(String listener, String settings) throws IOException, InterruptedException {
        int port = FreePorts.one();
        declare("""
                kind: Listener
                name: %s
                spec: {protocol: tcp, address: 127.0.0.1, port: %d, %s}
                """.formatted(listener, port, settings));
        await("the listener " + listener)
                .atMost(ENVOYS_CHANGE)
                .until(() -> envoy.listeners().contains(listener));
        return port;
    }

    private void declare(String yaml) throws IOException, InterruptedException {
        server.apply(TestingDocuments.list(yaml));
    }

    private void register(String service, TestingMaster store) throws IOException, InterruptedException {
        change("PUT", service, store, "{}", 201);
    }

    private void deregister(String service, TestingMaster store) throws IOException, InterruptedException {
        change("DELETE", service, store, "{}", 200);
    }

    private void drain(String service, TestingMaster store) throws IOException, InterruptedException {
        change("PUT", service, store, "{\"state\": \"draining\"}", 200);
    }

    private void change(String method, String service, TestingMaster store, String body, int status)
            throws IOException, InterruptedException {
        HttpResponse<String> answer = server.send(
                method, "/v1/services/" + service + "/endpoints/" + store.endpoint() + "?wait=acked&timeout=5s", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }
}
