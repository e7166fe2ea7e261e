package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.testing.TestingApplication;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An operator divides the customers of a service, asks what that buys, makes exceptions, and takes them back. */
class ShuffleShardFeatureTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String POLICY = "/v1/shuffle-shards/shop";
    private static final String BY_HEADER = "{\"customer\": {\"header\": \"x-customer-id\"}, \"size\": 2}";

    private static TestingApplication app;

    @BeforeAll
    static void start() {
        app = TestingApplication.start();
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void declare() {
        IntStream.rangeClosed(1, 8).forEach(ShuffleShardFeatureTest::register);
        app.put(POLICY, BY_HEADER);
    }

    @AfterEach
    void remove() {
        app.send("DELETE", POLICY, "");
        IntStream.rangeClosed(1, 12)
                .forEach(i -> app.send("DELETE", "/v1/services/shop/endpoints/" + id(i) + "?force=true", ""));
    }

    @Test
    void anOperatorsDay() {
        JsonNode policy = app.get(POLICY);
        assertThat(policy.get("hosts").intValue()).isEqualTo(8);
        assertThat(policy.get("sizes")).extracting(JsonNode::intValue).containsExactly(2);
        assertThat(policy.get("memberships").intValue()).isEqualTo(2_048);
        assertThat(app.get("/v1/shuffle-shards").at("/shuffleShards/0/name").stringValue())
                .isEqualTo("shop");

        JsonNode before = app.get(POLICY + "/customers/customer-A");
        assertThat(before.get("reason").stringValue()).isEqualTo("policy");
        assertThat(hosts(before)).hasSize(2);
        JsonNode tried = post(POLICY + "/preview", "{\"policy\": {\"size\": 3}}");
        assertThat(tried.get("keepingAll").doubleValue()).isEqualTo(1);
        assertThat(tried.get("basis").stringValue()).isEqualTo("virtual-shards");

        long revision = app.put(POLICY + "/customers/customer-A", "{\"size\": 3}", "X-Author", "ada")
                .get("revision")
                .longValue();
        JsonNode after = app.get(POLICY + "/customers/customer-A");
        assertThat(after.get("reason").stringValue()).isEqualTo("size");
        assertThat(hosts(after)).hasSize(3).containsAll(hosts(before));
        assertThat(after.at("/override/size").intValue()).isEqualTo(3);
        assertThat(app.get(POLICY).get("sizes")).hasSize(2);

        JsonNode radius = app.get(POLICY + "/blast-radius?hosts=" + String.join(",", hosts(after)));
        assertThat(radius.at("/expected/all").doubleValue()).isBetween(3 / 28.0 - 1e-9, 3 / 28.0 + 1e-9);
        assertThat(radius.at("/actual/all").doubleValue()).isBetween(0.08, 0.14);
        assertThat(radius.at("/customers/losingAll"))
                .extracting(JsonNode::stringValue)
                .containsExactly("customer-A");

        JsonNode change = app.get("/v1/history/" + revision);
        assertThat(change.get("author").stringValue()).isEqualTo("ada");
        assertThat(change.at("/manifests/0/diff").stringValue()).contains("+    customer-A:\n+      size: 3\n");
        post("/v1/history/" + revision + "/revert", "");
        assertThat(hosts(app.get(POLICY + "/customers/customer-A"))).isEqualTo(hosts(before));
        assertThat(app.send("DELETE", POLICY, "").statusCode()).isEqualTo(200);
        assertThat(app.get(POLICY).get("type").stringValue()).endsWith(":unknown-manifest");
    }

    @Test
    void hostsThatComeAreForeseenAndWidenTheShards() {
        String added =
                "{\"hosts\": {\"add\": [\"10.2.0.9:80\", \"10.2.0.10:80\", {\"id\": \"10.2.0.11:80\", \"weight\": 1},"
                        + " \"10.2.0.12:80\"]}}";

        JsonNode foreseen = post(POLICY + "/preview", added);
        List<List<String>> before = sampled();
        IntStream.rangeClosed(9, 12).forEach(ShuffleShardFeatureTest::register);
        List<List<String>> after = sampled();

        assertThat(foreseen.get("before").intValue()).isEqualTo(8);
        assertThat(foreseen.get("after").intValue()).isEqualTo(12);
        assertThat(foreseen.get("keepingSome").doubleValue()).isGreaterThan(0.85);
        double keeping = IntStream.range(0, before.size())
                        .filter(i -> before.get(i).stream().anyMatch(after.get(i)::contains))
                        .count()
                / (double) before.size();
        assertThat(keeping).isBetween(foreseen.get("keepingSome").doubleValue() - 0.05, 1.0);
        assertThat(app.get(POLICY).get("hosts").intValue()).isEqualTo(12);
        assertThat(post(POLICY + "/preview", "{\"hosts\": {\"remove\": [\"10.2.0.12:80\"]}}")
                        .get("after")
                        .intValue())
                .isEqualTo(11);
    }

    private static List<List<String>> sampled() {
        StringBuilder query = new StringBuilder("?customer=c-0");
        IntStream.range(1, 1_000).forEach(i -> query.append("&customer=c-").append(i));
        JsonNode answer = app.get(POLICY + "/assignments" + query);
        List<List<String>> shards = new ArrayList<>();
        answer.get("assignments")
                .forEach(one -> shards.add(one.get("hosts")
                        .valueStream()
                        .map(JsonNode::stringValue)
                        .toList()));
        assertThat(shards).hasSize(1_000);
        return shards;
    }

    @Test
    void pinsAndBarsMakeAShardOfOnesOwn() {
        List<String> usual = hosts(app.get(POLICY + "/customers/customer-A"));
        String other = IntStream.rangeClosed(1, 8)
                .mapToObj(ShuffleShardFeatureTest::id)
                .filter(id -> !usual.contains(id))
                .findFirst()
                .orElseThrow();

        app.put(
                POLICY + "/customers/customer-A",
                "{\"pin\": [\"%s\"], \"bar\": [\"%s\"]}".formatted(other, usual.getFirst()));

        JsonNode own = app.get(POLICY + "/customers/customer-A");
        assertThat(own.get("reason").stringValue()).isEqualTo("own");
        assertThat(hosts(own)).hasSize(2).startsWith(other).doesNotContain(usual.getFirst());
        assertThat(app.send("DELETE", POLICY + "/customers/customer-A", "").statusCode())
                .isEqualTo(200);
        assertThat(hosts(app.get(POLICY + "/customers/customer-A"))).isEqualTo(usual);
        assertThat(app.send("DELETE", POLICY + "/customers/customer-A", "").body())
                .contains("unknown-customer");
    }

    @Test
    void aClassGivesItsSize() {
        app.send("PATCH", POLICY, "{\"classes\": {\"gold\": 4}}");

        app.put(POLICY + "/customers/customer-B", "{\"inClass\": \"gold\"}");

        JsonNode gold = app.get(POLICY + "/customers/customer-B");
        assertThat(gold.get("reason").stringValue()).isEqualTo("class");
        assertThat(gold.get("inClass").stringValue()).isEqualTo("gold");
        assertThat(hosts(gold)).hasSize(4);
        assertThat(app.get(POLICY + "/customers").at("/customers/0/size").intValue())
                .isEqualTo(4);
    }

    @Test
    void aHostThatIsDownStaysInTheShardAndIsShownAsDown() {
        List<String> shard = hosts(app.get(POLICY + "/customers/customer-A"));

        app.put("/v1/services/shop/endpoints/" + shard.getFirst() + "/health", "{\"verdict\": \"unhealthy\"}");

        JsonNode customer = app.get(POLICY + "/customers/customer-A");
        assertThat(hosts(customer)).isEqualTo(shard);
        assertThat(customer.at("/hosts/0/usable").booleanValue()).isFalse();
        assertThat(customer.at("/hosts/0/health").stringValue()).isEqualTo("unhealthy");
        assertThat(customer.at("/hosts/1/usable").booleanValue()).isTrue();
    }

    @Test
    void concurrentPutsOfDifferentCustomersAllLand() throws Exception {
        List<Callable<Integer>> puts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String path = POLICY + "/customers/many-" + i;
            puts.add(() -> app.send("PUT", path, "{\"size\": 4}").statusCode());
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Integer> put : threads.invokeAll(puts)) {
                assertThat(put.get()).isEqualTo(200);
            }
        }

        assertThat(app.get(POLICY + "/customers?limit=100").get("customers"))
                .extracting(one -> one.get("customer").stringValue())
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 40).mapToObj(i -> "many-" + i).toList());
    }

    @Test
    void aStaleIfMatchIsRefusedAndChangesNothing() {
        String stale = tag();
        app.put(POLICY + "/customers/customer-A", "{\"size\": 3}");

        for (HttpResponse<String> refused : List.of(
                app.send("PUT", POLICY + "/customers/customer-B", "{\"size\": 4}", "If-Match", stale),
                app.send("DELETE", POLICY + "/customers/customer-A", "", "If-Match", stale),
                app.send("PATCH", POLICY, "{\"size\": 4}", "If-Match", stale),
                app.send("PUT", POLICY, BY_HEADER, "If-Match", stale),
                app.send("DELETE", POLICY, "", "If-Match", stale),
                app.send("PUT", POLICY, BY_HEADER, "If-None-Match", "*"))) {
            assertThat(refused.statusCode()).isEqualTo(412);
        }

        assertThat(app.get(POLICY + "/customers").get("customers"))
                .extracting(one -> one.get("customer").stringValue())
                .containsExactly("customer-A");
        HttpResponse<String> taken =
                app.send("PUT", POLICY + "/customers/customer-B", "{\"size\": 4}", "If-Match", tag());
        assertThat(taken.statusCode()).isEqualTo(200);
        assertThat(taken.headers().firstValue("ETag")).hasValue(tag());
    }

    @Test
    void aDryRunSaysWhatItWouldComeToAndChangesNothing() {
        String before = tag();

        JsonNode customer = JSON.readTree(app.send("PUT", POLICY + "/customers/customer-A?dryRun=true", "{\"size\": 3}")
                .body());
        JsonNode tooLarge = JSON.readTree(
                app.send("PATCH", POLICY + "?dryRun=true", "{\"size\": 9}").body());
        JsonNode removal =
                JSON.readTree(app.send("DELETE", POLICY + "?dryRun=true", "").body());

        assertThat(customer.get("accepted").booleanValue()).isTrue();
        assertThat(customer.get("changed")).extracting(JsonNode::stringValue).containsExactly("ShuffleShard/shop");
        assertThat(tooLarge.get("accepted").booleanValue()).isFalse();
        assertThat(tooLarge.at("/faults/0/reason").stringValue()).contains("at most 8");
        assertThat(removal.get("deleted")).hasSize(1);
        assertThat(tag()).isEqualTo(before);
        assertThat(app.get(POLICY + "/customers").get("customers")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
            {"size": 0}                       | size       | must be 1 to 10000
            {"size": -1}                      | size       | must be 1 to 10000
            {"size": 9}                       | size       | must be at most 8, the number of endpoints
            {"size": 2.5}                     | size       | whole number
            {"size": "many"}                  | size       | whole number
            {"size": 2, "inClass": "gold"}    | inClass    | must be left out where size is given
            {"inClass": "gold"}               | inClass    | must be one of classes
            {"pin": ["10.9.9.9:80"]}          | pin[0]     | must be an endpoint that shards can have now
            {"bar": ["10.1.0.1:80", "10.1.0.2:80"], "size": 7} | bar | must leave as many endpoints
            {"expires": "tomorrow", "size": 3} | expires   | must be
            {"sise": 3}                       | sise       | is not a field; there are size
            {}                                | body       | must have at least one of size, inClass, pin, bar
            []                                | body       | must be a JSON object
            """)
    void whatCannotBeIsRefusedWithItsPlaceAndChangesNothing(String body, String field, String reason) {
        String before = tag();

        HttpResponse<String> refused = app.send("PUT", POLICY + "/customers/customer-A", body);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        JsonNode problem = JSON.readTree(refused.body());
        assertThat(problem.get("field").stringValue()).isEqualTo(field);
        assertThat(problem.get("detail").stringValue()).contains(reason);
        assertThat(tag()).isEqualTo(before);
    }

    @Test
    void aSizeOfThePolicyBeyondTheHostsIsRefusedUnlessItIsForced() {
        String before = tag();

        HttpResponse<String> refused = app.send("PATCH", POLICY, "{\"size\": 9, \"classes\": {\"gold\": 10}}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"field\":\"size\"", "classes.gold", "force=true");
        assertThat(tag()).isEqualTo(before);
        assertThat(app.send("PATCH", POLICY + "?force=true", "{\"size\": 9}").statusCode())
                .isEqualTo(200);
        // What is so already is nobody's fault who changes something else.
        assertThat(app.send("PATCH", POLICY, "{\"responseHeaders\": true}").statusCode())
                .isEqualTo(200);
        assertThat(hosts(app.get(POLICY + "/customers/customer-A"))).hasSize(8);
    }

    @Test
    void aPolicyMayComeBeforeTheServicesFirstEndpoint() {
        assertThat(app.send("PUT", "/v1/shuffle-shards/early", BY_HEADER).statusCode())
                .isEqualTo(201);

        assertThat(app.get("/v1/shuffle-shards/early").get("hosts").intValue()).isZero();
        assertThat(app.get("/v1/shuffle-shards/early/customers/a").get("hosts")).isEmpty();
        assertThat(app.get("/v1/shuffle-shards/early/distribution")
                        .at("/sets/distinct")
                        .intValue())
                .isEqualTo(1);
        app.send("DELETE", "/v1/shuffle-shards/early", "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b",
                "a b",
                "größe €",
                "100%",
                "a+b,c;d=e",
                "..",
                "back\\slash",
                "?#&",
                "\"quoted\"",
                "😀",
                "a.b.c"
            })
    void aCustomersIdIsAnyPrintableText(String id) {
        String path = POLICY + "/customers/" + escaped(id);

        assertThat(app.send("PUT", path, "{\"size\": 4}").statusCode()).isEqualTo(200);

        assertThat(app.get(path).get("customer").stringValue()).isEqualTo(id);
        assertThat(hosts(app.get(path))).hasSize(4);
        assertThat(app.get(POLICY + "/assignments?customer=" + escaped(id))
                        .at("/assignments/0/size")
                        .intValue())
                .isEqualTo(4);
        assertThat(app.get(POLICY + "/customers").at("/customers/0/customer").stringValue())
                .isEqualTo(id);
        assertThat(app.send("DELETE", path, "").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"line%0Abreak", "%7F", "tab%09"})
    void anIdWithControlCharactersIsRefused(String escaped) {
        String before = tag();

        assertThat(app.send("PUT", POLICY + "/customers/" + escaped, "{\"size\": 4}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(app.send("PUT", POLICY + "/customers/" + "x".repeat(1_025), "{\"size\": 4}")
                        .body())
                .contains("1 to 1024 printable characters");

        assertThat(tag()).isEqualTo(before);
    }

    @Test
    void theOriginalsShardsAreShownForWhatTheyAre() {
        JsonNode answer = app.get(
                POLICY
                        + "/assignments?mode=original&path=%2Forders&customer=customer-A&customer=customer-B&customer=customer-D");

        assertThat(answer.get("note").stringValue()).contains("not shuffle sharding");
        assertThat(answer.get("assignments"))
                .extracting(one -> one.get("indices").toString())
                .containsExactly("[0,1]", "[5,6]", "[7,0]");
        assertThat(answer.at("/assignments/0/chosen").stringValue()).isEqualTo(id(1));
        assertThat(answer.at("/assignments/2/chosen").stringValue()).isEqualTo(id(8));
    }

    @Test
    void eightHostsHaveTwentyEightPairsAgainstTheOriginalsEight() {
        JsonNode distribution = app.get(POLICY + "/distribution?limit=3");

        assertThat(distribution.at("/sets/possible").intValue()).isEqualTo(28);
        assertThat(distribution.at("/sets/distinct").intValue()).isEqualTo(28);
        assertThat(distribution.at("/original/distinct").intValue()).isEqualTo(8);
        assertThat(distribution.at("/perHost/virtualShards/mean").doubleValue()).isEqualTo(256);
        assertThat(distribution.get("hosts")).hasSize(3);
        assertThat(app.get(POLICY + "/distribution?after="
                                + distribution.get("next").stringValue())
                        .get("hosts"))
                .hasSize(5);
    }

    @Test
    void aRolloutReachesSomeCustomersAndIsSeenAtThem() {
        app.send(
                "PATCH",
                POLICY,
                "{\"rollout\": {\"to\": {\"size\": 3}, \"by\": \"customers\", \"steps\": [{\"percent\": 50}]}}");

        int moved = 0;
        for (int i = 0; i < 100; i++) {
            JsonNode customer = app.get(POLICY + "/customers/c-" + i);
            boolean reached = customer.get("moved").booleanValue();
            moved += reached ? 1 : 0;
            assertThat(hosts(customer)).hasSize(reached ? 3 : 2);
        }

        assertThat(moved).isBetween(30, 70);
        assertThat(app.get("/v1/shuffle-shards").at("/shuffleShards/0/rollout").stringValue())
                .isEqualTo("running");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '!', textBlock = """
            GET  | /blast-radius                                   | !!                                            | hosts
            GET  | /blast-radius?hosts=10.9.9.9:80                 | !!                                            | hosts
            GET  | /blast-radius?hosts=                            | !!                                            | hosts
            GET  | /assignments                                    | !!                                            | customer
            GET  | /assignments?customer=                          | !!                                            | customer
            GET  | /assignments?customer=a&mode=best               | !!                                            | mode
            GET  | /assignments?customer=a&path=/x                 | !!                                            | path
            GET  | /distribution?limit=0                           | !!                                            | limit
            POST | /preview                                        | {}                                            | policy
            POST | /preview                                        | {"policy": {"size": 0}}                       | size
            POST | /preview                                        | {"hosts": {"add": ["10.1.0.1:80"]}}           | hosts.add[0]
            POST | /preview                                        | {"hosts": {"add": [null]}}                    | hosts.add[0]
            POST | /preview                                        | {"hosts": {"add": [{"id": "x", "weight": 0}]}} | hosts.add[0].weight
            POST | /preview                                        | {"hosts": {"remove": ["10.9.9.9:80"]}}        | hosts.remove[0]
            POST | /preview                                        | {"hosts": {"remove": [null]}}                 | hosts.remove[0]
            """)
    void aQuestionThatMakesNoSenseIsRefusedWithItsPlace(String method, String path, String body, String field) {
        HttpResponse<String> refused = app.send(method, POLICY + path, body);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(JSON.readTree(refused.body()).get("field").stringValue()).isEqualTo(field);
    }

    @Test
    void aChangeCanBeWaitedFor() {
        JsonNode answer = app.put(POLICY + "/customers/customer-A?wait=acked&timeout=100ms", "{\"size\": 3}");

        assertThat(answer.at("/receipt/concerned").isIntegralNumber()).isTrue();
    }

    private static JsonNode post(String path, String body) {
        HttpResponse<String> answer = app.send("POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static void register(int i) {
        app.register("shop", id(i));
    }

    /** Sorted by their ids as by their numbers. */
    private static String id(int i) {
        return (i < 9 ? "10.1.0." : "10.2.0.") + i + ":80";
    }

    private static String tag() {
        return app.send("GET", POLICY, "").headers().firstValue("ETag").orElseThrow();
    }

    private static List<String> hosts(JsonNode customer) {
        return customer.get("hosts")
                .valueStream()
                .map(host -> host.get("id").stringValue())
                .toList();
    }

    private static String escaped(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace(".", "%2E");
    }
}
