package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.chancery.model.ResourceType;
import io.chancery.registry.EndpointRegistry;
import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingNode;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.status.v3.ClientConfig;
import io.envoyproxy.envoy.service.status.v3.ClientConfig.GenericXdsConfig;
import io.envoyproxy.envoy.service.status.v3.ClientStatusDiscoveryServiceGrpc;
import io.envoyproxy.envoy.service.status.v3.ClientStatusRequest;
import io.envoyproxy.envoy.service.status.v3.ClientStatusResponse;
import io.envoyproxy.envoy.service.status.v3.ConfigStatus;
import io.envoyproxy.envoy.type.matcher.v3.NodeMatcher;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StructMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who is connected, with what, and whether a change has arrived. */
class FleetFeatureTest {

    private static final String CDS = ResourceType.CLUSTER.typeUrl();
    private static final String EDS = ResourceType.ENDPOINT.typeUrl();
    private static final String SDS = ResourceType.SECRET.typeUrl();
    private static final AtomicInteger TESTS = new AtomicInteger();

    private static TestingApplication app;

    private final List<TestingNode> nodes = new ArrayList<>();
    private final String cart = "cart-" + TESTS.incrementAndGet();

    @BeforeAll
    static void start() {
        app = TestingApplication.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void leave() {
        nodes.forEach(TestingNode::close);
        await("the nodes to have left")
                .until(() -> app.get("/v1/nodes?state=connected").get("nodes").isEmpty());
    }

    private TestingNode node(String name) {
        TestingNode node = app.node(id(name));
        nodes.add(node);
        return node;
    }

    private String id(String name) {
        return cart + '-' + name;
    }

    private String register(String target, String query) {
        return app.put("/v1/services/" + cart + "/endpoints/" + target + query, "{}")
                .toString();
    }

    private JsonNode receipt(String target, String query) {
        return app.put("/v1/services/" + cart + "/endpoints/" + target + query, "{}")
                .get("receipt");
    }

    private TestingNode subscribed(String name) {
        TestingNode node = node(name).ask(EDS, cart);
        await("the assignment to arrive").until(() -> node.has(EDS).containsKey(cart));
        return node;
    }

    @Test
    void aChangeThatConcernsNobodyIsCompleteAtOnce() {
        JsonNode receipt = receipt("10.0.0.1:80", "?wait=acked&timeout=60s");

        assertThat(receipt.get("concerned").intValue()).isZero();
        assertThat(receipt.get("complete").booleanValue()).isTrue();
    }

    @Test
    void withoutWaitThereIsNoReceipt() {
        assertThat(register("10.0.0.1:80", "")).doesNotContain("receipt");
    }

    @Test
    void aChangeIsWaitedForUntilAllHaveAcknowledgedIt() {
        register("10.0.0.1:80", "");
        subscribed("a");
        subscribed("b");

        JsonNode receipt = receipt("10.0.0.2:80", "?wait=acked&timeout=30s");

        assertThat(receipt.get("concerned").intValue()).isEqualTo(2);
        assertThat(receipt.get("acknowledged").intValue()).isEqualTo(2);
        assertThat(receipt.get("complete").booleanValue()).isTrue();
        JsonNode revision = app.get("/v1/revisions/" + revision());
        assertThat(revision.get("concerned").intValue()).isEqualTo(2);
        assertThat(revision.get("acknowledged").intValue()).isEqualTo(2);
        assertThat(revision.get("waiting").intValue()).isZero();
        assertThat(revision.get("complete").booleanValue()).isTrue();
    }

    @Test
    void aNodeThatDoesNotAnswerIsNamedWhenTheTimeIsUp() {
        register("10.0.0.1:80", "");
        subscribed("a");
        TestingNode silent = subscribed("b").silent();

        JsonNode all = receipt("10.0.0.2:80", "?wait=acked&timeout=50ms");
        JsonNode half = receipt("10.0.0.3:80", "?wait=acked:50%25&timeout=30s");

        assertThat(all.get("complete").booleanValue()).isFalse();
        assertThat(all.get("waitingFor").get(0).stringValue()).isEqualTo(id("b"));
        assertThat(half.get("complete").booleanValue()).isTrue();
        assertThat(half.get("acknowledged").intValue()).isEqualTo(1);
        assertThat(app.get("/v1/nodes/" + id("b")).get("state").stringValue()).isEqualTo("behind");
        assertThat(app.get("/v1/nodes/" + id("b"))
                        .get("types")
                        .get("eds")
                        .get("behind")
                        .intValue())
                .isPositive();
        assertThat(ids("behind")).containsExactly(id("b"));
        assertThat(ids("synced")).containsExactly(id("a"));
        silent.answerAll();
        await("the node to have caught up").until(() -> ids("behind").isEmpty());
    }

    @Test
    void aRefusalIsInTheReceipt() {
        register("10.0.0.1:80", "");
        subscribed("a");
        subscribed("b").refusing(_ -> true, "no");

        JsonNode receipt = receipt("10.0.0.2:80", "?wait=acked&timeout=30s");

        assertThat(receipt.get("acknowledged").intValue()).isEqualTo(1);
        assertThat(receipt.get("refused").intValue()).isEqualTo(1);
        assertThat(receipt.get("refusers").get(0).stringValue()).isEqualTo(id("b"));
        assertThat(receipt.get("complete").booleanValue()).isTrue();
        assertThat(ids("refusing")).containsExactly(id("b"));
    }

    @Test
    void everyKindOfChangeCanBeWaitedFor() {
        String document = "{\"kind\": \"Resource\", \"name\": \"%s\", \"spec\": {\"@type\":".formatted(cart)
                + " \"type.googleapis.com/envoy.config.cluster.v3.Cluster\", \"name\": \"%s-other\"}}".formatted(cart);
        String endpoint = "/v1/services/" + cart + "/endpoints/10.0.0.1:80";
        String wait = "?wait=acked&timeout=1s";

        assertThat(app.send("PUT", endpoint + wait, "{}").body()).contains("\"receipt\":{\"concerned\":");
        assertThat(app.send("PATCH", endpoint + wait, "{\"weight\": 2}").body()).contains("\"receipt\":");
        assertThat(app.send(
                                "POST",
                                "/v1/registrations" + wait,
                                "{\"deregister\": [{\"service\": \"" + cart + "\", \"id\": \"10.0.0.9:80\"}]}")
                        .body())
                .contains("\"receipt\":");
        assertThat(app.send("DELETE", endpoint + wait, "").body()).contains("\"receipt\":");
        assertThat(app.send("DELETE", "/v1/services/" + cart + wait, "").body()).contains("\"receipt\":");
        assertThat(app.send("PUT", "/v1/manifests/Resource/" + cart + wait, document)
                        .body())
                .contains("\"receipt\":", "\"created\":");
        assertThat(app.send("POST", "/v1/apply" + wait, "[" + document + "]").body())
                .contains("\"receipt\":", "\"unchanged\":[\"");
        assertThat(app.send("DELETE", "/v1/manifests/Resource/" + cart + wait, "")
                        .body())
                .contains("\"receipt\":");
    }

    @Test
    void thePlainPathsSayItInHeaders() {
        subscribedTo("myservice", "10.1.0." + TESTS.get() + ":80");

        HttpResponse<String> answer =
                app.send("GET", "/edsservice/register?endpoint=10.2.0." + TESTS.get() + ":80&wait=acked", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).endsWith(":80 ok");
        assertThat(answer.headers().firstValue("Chancery-Receipt"))
                .hasValue("acknowledged=1/1; refused=0; waiting=0; complete=true");
        assertThat(answer.headers().firstValue("Chancery-Revision")).hasValue(Long.toString(revision()));
        HttpResponse<String> gone =
                app.send("GET", "/edsservice/deregister?endpoint=10.2.0." + TESTS.get() + ":80&wait=acked", "");
        assertThat(gone.headers().firstValue("Chancery-Receipt"))
                .hasValue("acknowledged=1/1; refused=0; waiting=0; complete=true");
    }

    private void subscribedTo(String service, String target) {
        app.put("/v1/services/" + service + "/endpoints/" + target, "{}");
        TestingNode node = node("plain").ask(EDS, service);
        await("the assignment to arrive").until(() -> node.has(EDS).containsKey(service));
    }

    @ParameterizedTest
    @CsvSource({
        "?wait=yes, wait",
        "?wait=acked:0%25, wait",
        "?wait=acked:101%25, wait",
        "?wait=acked:50, wait",
        "?wait=acked&timeout=61s, timeout",
        "?wait=acked&timeout=2, timeout",
        "?wait=acked&timeout=2h, timeout",
        "?timeout=2s, timeout"
    })
    void whatCannotBeWaitedForIsRefusedAndNothingIsChanged(String query, String field) {
        long before = revision();

        HttpResponse<String> answer = app.send("PUT", "/v1/services/" + cart + "/endpoints/10.0.0.1:80" + query, "{}");
        HttpResponse<String> plain =
                app.send("GET", "/edsservice/register" + query + "&endpoint=10.0.0.1:80&service=" + cart, "");

        for (HttpResponse<String> one : List.of(answer, plain)) {
            assertThat(one.statusCode()).isEqualTo(400);
            JsonNode problem = new JsonMapper().readTree(one.body());
            assertThat(problem.get("field").stringValue()).isEqualTo(field);
        }
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void aNodeThatLeftIsRemembered() {
        register("10.0.0.1:80", "");
        TestingNode node = subscribed("a");
        JsonNode connected = app.get("/v1/nodes/" + id("a"));
        assertThat(connected.get("connected").booleanValue()).isTrue();
        assertThat(connected.get("types").get("eds").get("state").stringValue()).isEqualTo("synced");
        assertThat(connected.get("types").get("eds").get("sent"))
                .isEqualTo(connected.get("types").get("eds").get("acknowledged"));
        assertThat(connected
                        .get("types")
                        .get("eds")
                        .get("subscribed")
                        .get("names")
                        .intValue())
                .isEqualTo(1);
        assertThat(connected.get("streams").get(0).get("variant").stringValue()).isEqualTo("delta");

        node.close();
        await("the node to have left")
                .until(() -> app.get("/v1/nodes/" + id("a"))
                        .get("state")
                        .stringValue()
                        .equals("left"));

        JsonNode left = app.get("/v1/nodes/" + id("a"));
        assertThat(left.get("connected").booleanValue()).isFalse();
        assertThat(left.get("since")).isEqualTo(connected.get("since"));
        assertThat(left.get("left").stringValue()).isNotEmpty();
        assertThat(ids("left")).contains(id("a"));
        assertThat(app.send("GET", "/v1/nodes/" + id("a") + "/diff", "").body()).contains("unknown-node", "it left at");
        assertThat(app.send("GET", "/v1/nodes/nobody", "").statusCode()).isEqualTo(404);
        assertThat(app.send("GET", "/v1/nodes?state=lost", "").body()).contains("connected, synced, behind");
        assertThat(app.send("GET", "/v1/revisions/999999999", "").body()).contains("unknown-revision");
    }

    @Test
    void nodesAreListedPageByPage() {
        for (String name : List.of("a", "b", "c")) {
            node(name).ask(CDS);
        }
        await("all to be connected").until(() -> ids("connected").size() == 3);

        JsonNode first = app.get("/v1/nodes?state=connected&limit=2");
        JsonNode second = app.get(
                "/v1/nodes?state=connected&limit=2&after=" + first.get("next").stringValue());

        assertThat(first.get("nodes")).hasSize(2);
        assertThat(second.get("nodes")).hasSize(1);
        assertThat(second.get("nodes").get(0).get("id").stringValue()).isEqualTo(id("c"));
        assertThat(second.has("next")).isFalse();
    }

    @Test
    void whatANodeHasIsShownWithoutItsSecrets() {
        declareSecret("top");
        TestingNode node = node("a").ask(SDS, cart);
        await("the secret to arrive").until(() -> node.has(SDS).containsKey(cart));

        String shown =
                app.send("GET", "/v1/nodes/" + id("a") + "/resources/sds", "").body();

        assertThat(secretOf(node)).isEqualTo("top");
        assertThat(shown).contains("[redacted]", "Resource/" + cart).doesNotContain("\"top\"", "dG9w");
        assertThat(app.get("/v1/nodes/" + id("a") + "/resources/lds").get("resources"))
                .isEmpty();
        assertThat(app.send("GET", "/v1/nodes/" + id("a") + "/resources/xyz", "")
                        .body())
                .contains("must be one of cds, eds");
        assertThat(configs(ClientStatusRequest.getDefaultInstance()).toString())
                .contains("[redacted]")
                .doesNotContain("top\"");
    }

    private static String secretOf(TestingNode node) {
        return TestingNode.read(node.has(SDS).values().iterator().next(), Secret.class)
                .getGenericSecret()
                .getSecret()
                .getInlineString();
    }

    private void declareSecret(String secret) {
        app.put("/v1/manifests/Resource/" + cart, """
                {"spec": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", "name": "%s",
                 "generic_secret": {"secret": {"inline_string": "%s"}}}}
                """.formatted(cart, secret));
    }

    @Test
    void theDifferenceNamesWhatIsMissingExtraAndOld() {
        register("10.0.0.1:80", "");
        TestingNode node = subscribed("a").ask(EDS, cart + "-2");
        node.silent();
        register("10.0.0.2:80", "");
        app.put("/v1/services/" + cart + "-2/endpoints/10.0.0.1:80", "{}");

        JsonNode diff = await("the difference to show")
                .until(
                        () -> app.get("/v1/nodes/" + id("a") + "/diff"),
                        one -> one.path("types").path("eds").path("missing").size() == 1);

        assertThat(diff.get("inSync").booleanValue()).isFalse();
        assertThat(diff.get("types")
                        .get("eds")
                        .get("different")
                        .get(0)
                        .get("name")
                        .stringValue())
                .isEqualTo(cart);
        assertThat(diff.get("types").get("eds").get("missing").get(0).stringValue())
                .isEqualTo(cart + "-2");
        node.answerAll();
        await("the node to have caught up")
                .until(() ->
                        app.get("/v1/nodes/" + id("a") + "/diff").get("inSync").booleanValue());
    }

    @Test
    void o38AndO83TheClientStatusServiceFollowsEachTypeFromNotSentToSyncedAndError() {
        register("10.0.0.1:80", "");
        TestingNode node = node("a").silent().ask(CDS);
        await("the clusters to be sent").until(() -> node.received(CDS) == 1);

        assertThat(config("a", EDS, "").getConfigStatus()).isEqualTo(ConfigStatus.NOT_SENT);
        assertThat(config("a", CDS, cart).getConfigStatus()).isEqualTo(ConfigStatus.STALE);

        node.answerAll();
        node.ask(EDS, cart, "nothing");
        await("the endpoints to arrive").until(() -> node.has(EDS).containsKey(cart));
        GenericXdsConfig accepted = config("a", EDS, cart);
        assertThat(accepted.getConfigStatus()).isEqualTo(ConfigStatus.SYNCED);
        assertThat(accepted.getXdsConfig()).isEqualTo(node.has(EDS).get(cart));
        assertThat(accepted.getVersionInfo()).isEqualTo(node.versions(EDS).get(cart));
        assertThat(config("a", EDS, "nothing").getConfigStatus()).isEqualTo(ConfigStatus.NOT_SENT);

        node.refusing(_ -> true, "no such thing");
        register("10.0.0.2:80", "");
        await("the refusal").until(() -> config("a", EDS, cart).getConfigStatus() == ConfigStatus.ERROR);
        GenericXdsConfig rejected = config("a", EDS, cart);
        assertThat(rejected.getErrorState().getDetails()).isEqualTo("no such thing");
        assertThat(rejected.getErrorState().getVersionInfo()).isNotEmpty().isEqualTo(rejected.getVersionInfo());
        assertThat(rejected.getErrorState().getFailedConfiguration()).isEqualTo(rejected.getXdsConfig());
        assertThat(rejected.getXdsConfig()).isNotEqualTo(node.has(EDS).get(cart));
        assertThat(rejected.getErrorState().getLastUpdateAttempt().getSeconds()).isPositive();
        assertThat(config("a", CDS, cart).getConfigStatus()).isEqualTo(ConfigStatus.SYNCED);
    }

    @Test
    void o83NodeMatchersAreJoinedByOr() {
        node("a").ask(CDS);
        node("b").ask(CDS);
        TestingNode blue = TestingNode.connect(
                        app.channel(),
                        Node.newBuilder()
                                .setId(id("c"))
                                .setMetadata(Struct.newBuilder()
                                        .putFields(
                                                "team",
                                                Value.newBuilder()
                                                        .setStructValue(Struct.newBuilder()
                                                                .putFields(
                                                                        "name",
                                                                        Value.newBuilder()
                                                                                .setStringValue("blue")
                                                                                .build()))
                                                        .build()))
                                .build())
                .ask(CDS);
        nodes.add(blue);
        await("all to be connected").until(() -> ids("connected").size() == 3);
        NodeMatcher exact = id(StringMatcher.newBuilder().setExact(id("a")).build());
        NodeMatcher byTeam = NodeMatcher.newBuilder()
                .addNodeMetadatas(StructMatcher.newBuilder()
                        .addPath(StructMatcher.PathSegment.newBuilder().setKey("team"))
                        .addPath(StructMatcher.PathSegment.newBuilder().setKey("name"))
                        .setValue(ValueMatcher.newBuilder()
                                .setStringMatch(StringMatcher.newBuilder().setPrefix("bl"))))
                .build();

        assertThat(matched()).containsExactly(id("a"), id("b"), id("c"));
        assertThat(matched(exact)).containsExactly(id("a"));
        assertThat(matched(exact, byTeam)).containsExactly(id("a"), id("c"));
        assertThat(matched(exact.toBuilder().mergeFrom(byTeam).build())).isEmpty();
        assertThat(matched(id(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex(".*-[bc]"))
                        .build())))
                .containsExactly(id("b"), id("c"));
        Assertions.assertThatThrownBy(() -> matched(id(StringMatcher.newBuilder()
                        .setSafeRegex(RegexMatcher.newBuilder().setRegex("("))
                        .build())))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT: node_matchers must have regular expressions");
        assertThat(configs(ClientStatusRequest.newBuilder()
                                .setExcludeResourceContents(true)
                                .build())
                        .getConfigList())
                .allSatisfy(config ->
                        assertThat(config.getGenericXdsConfigsList()).noneMatch(GenericXdsConfig::hasXdsConfig));
    }

    @Test
    void o83AStreamOfRequestsIsAnsweredOneByOne() throws Exception {
        node("a").ask(CDS);
        await("the node to be connected").until(() -> ids("connected").size() == 1);
        BlockingQueue<ClientStatusResponse> answers = new LinkedBlockingQueue<>();
        CompletableFuture<Boolean> end = new CompletableFuture<>();
        StreamObserver<ClientStatusRequest> requests = ClientStatusDiscoveryServiceGrpc.newStub(app.channel())
                .streamClientStatus(new StreamObserver<>() {
                    @Override
                    public void onNext(ClientStatusResponse response) {
                        answers.add(response);
                    }

                    @Override
                    public void onError(Throwable thrown) {
                        end.completeExceptionally(thrown);
                    }

                    @Override
                    public void onCompleted() {
                        end.complete(true);
                    }
                });

        for (int i = 0; i < 3; i++) {
            requests.onNext(ClientStatusRequest.getDefaultInstance());
        }
        requests.onCompleted();

        assertThat(end.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(answers)
                .hasSize(3)
                .allSatisfy(answer -> assertThat(answer.getConfigList())
                        .extracting(config -> config.getNode().getId())
                        .containsExactly(id("a")));
    }

    private static NodeMatcher id(StringMatcher matcher) {
        return NodeMatcher.newBuilder().setNodeId(matcher).build();
    }

    private List<String> matched(NodeMatcher... matchers) {
        return configs(ClientStatusRequest.newBuilder()
                        .addAllNodeMatchers(List.of(matchers))
                        .build())
                .getConfigList()
                .stream()
                .map(config -> config.getNode().getId())
                .toList();
    }

    private static ClientStatusResponse configs(ClientStatusRequest request) {
        return ClientStatusDiscoveryServiceGrpc.newBlockingStub(app.channel()).fetchClientStatus(request);
    }

    private GenericXdsConfig config(String node, String typeUrl, String name) {
        ClientConfig config = configs(ClientStatusRequest.newBuilder()
                        .addNodeMatchers(
                                id(StringMatcher.newBuilder().setExact(id(node)).build()))
                        .build())
                .getConfig(0);
        return config.getGenericXdsConfigsList().stream()
                .filter(one -> one.getTypeUrl().equals(typeUrl) && one.getName().equals(name))
                .findAny()
                .orElseThrow();
    }

    private static long revision() {
        return app.part(EndpointRegistry.class).view().revision().value();
    }

    private static List<String> ids(String state) {
        return app.get("/v1/nodes?state=" + state).get("nodes").values().stream()
                .map(node -> node.get("id").stringValue())
                .toList();
    }
}
