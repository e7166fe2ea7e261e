package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.ManifestRegistry;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MockMvcTester.MockMvcRequestBuilder;

@WebMvcTest({RuntimeController.class, ManifestController.class, HistoryController.class, ApplyController.class})
@Import(RestSlice.class)
class RuntimeControllerTest {

    private static final String TOTAL = "/v1/runtime/runtime/shuffle_sharding.total_hosts";
    private static final String CUSTOMER_A = "/v1/runtime/runtime/shuffle_sharding.customer.customer-A.shard_size";

    @Autowired
    private MockMvcTester http;

    @Autowired
    private ManifestRegistry registry;

    @AfterEach
    void removeAll() {
        registry.view()
                .manifests()
                .keySet()
                .forEach(key ->
                        assertThat(http.delete().uri("/v1/manifests/" + key)).hasStatusOk());
    }

    @Test
    void aKeyIsSetChangedShownAndRemovedByItself() {
        assertThat(put(TOTAL, "8")).hasStatus(HttpStatus.CREATED).bodyJson().isStrictlyEqualTo("""
                        {"revision": %d, "layer": "runtime", "outcome": "created",
                         "changes": [{"key": "shuffle_sharding.total_hosts", "after": 8}], "moreChanges": 0}""".formatted(
                        revision()));
        assertThat(put(TOTAL, "12"))
                .hasStatusOk()
                .hasHeader("ETag", "\"r" + revision() + "\"")
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"outcome": "changed", "changes": [{"key": "shuffle_sharding.total_hosts", "before": 8, "after": 12}]}""");
        assertThat(put(TOTAL, "12")).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"revision": %d, "outcome": "unchanged", "changes": []}""".formatted(revision()));
        assertThat(get(TOTAL))
                .hasStatusOk()
                .hasHeader("ETag", "\"r" + revision() + "\"")
                .bodyJson()
                .isStrictlyEqualTo("""
                        {"layer": "runtime", "key": "shuffle_sharding.total_hosts", "value": 12, "type": "number",
                         "revision": %d}""".formatted(revision()));

        assertThat(delete(TOTAL)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"outcome": "changed", "changes": [{"key": "shuffle_sharding.total_hosts", "before": 12}]}""");
        assertThat(get(TOTAL)).hasStatus(HttpStatus.NOT_FOUND);
        assertThat(get("/v1/runtime/runtime")).hasStatusOk().bodyJson().isLenientlyEqualTo("{\"values\": {}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            8                                            | number   | 8
            8.5                                          | number   | 8.5
            true                                         | boolean  | true
            "words"                                      | string   | "words"
            "12.5%"                                      | fraction | {"numerator": 1250, "denominator": "TEN_THOUSAND"}
            {"numerator": 5}                             | fraction | {"numerator": 5, "denominator": "HUNDRED"}
            {"value": {"numerator": 5}}                  | fraction | {"numerator": 5, "denominator": "HUNDRED"}
            {"key": "a", "value": "x", "type": "string"} | string   | "x"
            """)
    void aValueIsOfOneOfFourTypesAndMayBeSentBackAsItIsShown(String body, String type, String shown) {
        assertThat(put("/v1/runtime/typed/a", body)).hasStatus(HttpStatus.CREATED);

        assertThat(get("/v1/runtime/typed/a"))
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"" + type + "\", \"value\": " + shown + "}");
        assertThat(put("/v1/runtime/typed/a", "{\"value\": " + shown + "}"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"outcome\": \"unchanged\"}");
    }

    @Test
    void aLayerIsAManifestSeenFromItsKeys() {
        assertThat(put("/v1/runtime/edge", """
                        {"values": {"shop": {"open": true, "canary": "5%"}, "a.b": 1}, "order": 3, "layer": "common",
                         "nodes": {"id": "edge-*"}, "labels": {"team": "blue"}, "fallback": {"a.b": 2}}""").header("X-Author", "ada")).hasStatus(HttpStatus.CREATED);

        assertThat(get("/v1/manifests/RuntimeLayer/edge")).bodyJson().isLenientlyEqualTo("""
                        {"nodes": {"id": "edge-*"}, "labels": {"team": "blue"}, "author": "ada", "spec": {"layer": "common",
                         "order": 3, "fallback": {"a.b": 2}, "values": {"a.b": 1, "shop.open": true,
                         "shop.canary": {"numerator": 5, "denominator": "HUNDRED"}}}}""");
        String shown = """
                {"name": "edge", "layer": "common", "order": 3, "nodes": {"id": "edge-*"}, "labels": {"team": "blue"},
                 "values": {"a.b": 1, "shop.open": true, "shop.canary": {"numerator": 5, "denominator": "HUNDRED"}},
                 "fallback": {"a.b": 2}, "revision": %d, "author": "ada"}""".formatted(revision());
        assertThat(get("/v1/runtime/edge")).hasStatusOk().bodyJson().isLenientlyEqualTo(shown);
        assertThat(put("/v1/runtime/edge", shown)).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"outcome": "unchanged"}""");
        assertThat(get("/v1/runtime")).bodyJson().isLenientlyEqualTo("""
                {"layers": [{"name": "edge", "layer": "common", "order": 3, "keys": 3}]}""");
    }

    @Test
    void layersAreListedPageByPage() {
        for (String name : new String[] {"c", "a", "b"}) {
            put("/v1/runtime/" + name, "{\"values\": {}}").exchange();
        }

        assertThat(get("/v1/runtime?limit=2")).bodyJson().isLenientlyEqualTo("""
                {"layers": [{"name": "a"}, {"name": "b"}], "next": "b"}""");
        assertThat(get("/v1/runtime?limit=2&after=b"))
                .bodyJson()
                .isLenientlyEqualTo("{\"layers\": [{\"name\": \"c\"}]}")
                .doesNotHavePath("next");
    }

    @Test
    void aPatchChangesWhatItNamesHoweverKeysAreSpelled() {
        put("/v1/runtime/shop", """
                {"values": {"a.b": 1, "a.c": 2, "a.c.d": 3, "e": {"numerator": 5, "denominator": "MILLION"}, "f": 4},
                 "nodes": {"id": "edge-*"}, "fallback": {"x": 1, "y": 2}}""").exchange();

        assertThat(http.patch()
                        .uri("/v1/runtime/shop")
                        .contentType("application/merge-patch+json")
                        .content("""
                                {"values": {"a": {"b": 10, "c": null}, "e": {"numerator": 6}, "g.h": "12%"}, "fallback": {"x": null}}"""))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"outcome": "changed", "changes": [
                          {"key": "a.b", "before": 1, "after": 10},
                          {"key": "a.c", "before": 2},
                          {"key": "a.c.d", "before": 3},
                          {"key": "e", "before": {"numerator": 5}, "after": {"numerator": 6, "denominator": "MILLION"}},
                          {"key": "g.h", "after": {"numerator": 12, "denominator": "HUNDRED"}}]}""");
        assertThat(get("/v1/runtime/shop")).bodyJson().isLenientlyEqualTo("""
                {"values": {"a.b": 10, "f": 4}, "fallback": {"y": 2}, "nodes": {"id": "edge-*"}}""");

        assertThat(patch("/v1/runtime/shop", "{\"nodes\": null, \"fallback\": null, \"order\": 7}"))
                .hasStatusOk();
        assertThat(get("/v1/runtime/shop"))
                .bodyJson()
                .isLenientlyEqualTo("{\"order\": 7, \"values\": {\"a.b\": 10, \"f\": 4}}")
                .doesNotHavePath("nodes")
                .doesNotHavePath("fallback");
    }

    @Test
    void halfOfAFractionCanBePatchedByItsKey() {
        put("/v1/runtime/shop/canary", "{\"numerator\": 5, \"denominator\": \"MILLION\"}")
                .exchange();

        assertThat(patch("/v1/runtime/shop/canary", "{\"numerator\": 6}")).hasStatusOk();
        assertThat(get("/v1/runtime/shop/canary"))
                .bodyJson()
                .isLenientlyEqualTo("{\"value\": {\"numerator\": 6, \"denominator\": \"MILLION\"}}");
        assertThat(patch("/v1/runtime/shop/canary", "true")).hasStatusOk();
        assertThat(patch("/v1/runtime/shop/canary", "null")).hasStatusOk();
        assertThat(patch("/v1/runtime/shop/canary", "1"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:unknown-runtime-key\"}");
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            shuffle_sharding.total_hosts                 | 0               | shuffle_sharding.total_hosts                 | at least 1
            shuffle_sharding.total_hosts                 | 8.5             | shuffle_sharding.total_hosts                 | whole number
            shuffle_sharding.total_hosts                 | "8"             | shuffle_sharding.total_hosts                 | whole number
            shuffle_sharding.total_hosts                 | 1               | shuffle_sharding.default_shard_size          | at most shuffle_sharding.total_hosts
            shuffle_sharding.default_shard_size          | 9               | shuffle_sharding.default_shard_size          | at most shuffle_sharding.total_hosts
            shuffle_sharding.customer.customer-A.shard_size | 9            | shuffle_sharding.customer.customer-A.shard_size | at most shuffle_sharding.total_hosts
            shuffle_sharding.customer.a~b%c.shard_size   | 2               | shuffle_sharding.customer.a~b%c.shard_size   | must have as its key
            shuffle_sharding.customers.a.shard_size      | 2               | shuffle_sharding.customers.a.shard_size      | is not a key
            a b                                          | 2               | a b                                          | must have as its key
            a..b                                         | 2               | a..b                                         | both sides
            a                                            | [1]             | a                                            | must be one value
            a                                            | null            | a                                            | must be one value
            a                                            | {"b": 1}        | a                                            | must be one value
            a                                            | {"numerator": 101} | a.numerator                               | 0 to 100
            a                                            | "101%"          | a                                            | 0% to 100%
            a                                            | 9007199254740993 | a                                           | double precision
            """)
    void aWrongValueIsRefusedByItsKeyAndChangesNothing(String key, String body, String field, String reason) {
        put("/v1/runtime/runtime", """
                {"values": {"shuffle_sharding": {"total_hosts": 8, "default_shard_size": 2}}}""").exchange();
        long before = revision();

        assertThat(http.put()
                        .uri("/v1/runtime/runtime/{key}", key)
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo("{\"field\": \"" + field + "\"}")
                .extractingPath("detail")
                .asString()
                .contains(reason);
        assertThat(revision()).isEqualTo(before);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            []                                                         | body
            8                                                          | body
            {"shuffle_sharding.total_hosts": 8}                        | shuffle_sharding.total_hosts
            {"values": {"shuffle_sharding.total_hosts": 0}}            | values.shuffle_sharding.total_hosts
            {"values": {"a": {"b": 1}, "a.b": 1}}                      | values.a.b
            {"values": {"a b": 1}}                                     | values.a b
            {"values": {"a": [1]}}                                     | values.a
            {"values": 3}                                              | values
            {"order": "first", "values": {}}                           | order
            {"nodes": {"nodeId": "a"}, "values": {}}                   | nodes.nodeId
            {"fallback": {"shuffle_sharding.total_hosts": 0}}          | fallback.shuffle_sharding.total_hosts
            {"name": "other", "values": {}}                            | name
            """)
    void aWrongLayerIsRefusedByItsPlaceAndChangesNothing(String body, String field) {
        put("/v1/runtime/runtime", "{\"values\": {\"a.c\": 1}}").exchange();
        long before = revision();

        for (MockMvcRequestBuilder request :
                new MockMvcRequestBuilder[] {put("/v1/runtime/runtime", body), patch("/v1/runtime/runtime", body)}) {
            assertThat(request)
                    .hasStatus(HttpStatus.BAD_REQUEST)
                    .bodyJson()
                    .isLenientlyEqualTo("{\"field\": \"" + field + "\"}");
        }
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void whatIsNotThereIsSaidToBeMissing() {
        assertThat(get("/v1/runtime/nothing"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:unknown-manifest\"}");
        assertThat(patch("/v1/runtime/nothing", "{\"values\": {}}")).hasStatus(HttpStatus.NOT_FOUND);
        assertThat(delete("/v1/runtime/nothing")).hasStatus(HttpStatus.NOT_FOUND);
        assertThat(delete("/v1/runtime/nothing/a")).hasStatus(HttpStatus.NOT_FOUND);
        put("/v1/runtime/runtime", "{\"values\": {}}").exchange();
        assertThat(delete("/v1/runtime/runtime/a"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:unknown-runtime-key\"}");
        assertThat(get("/v1/runtime/-")).hasStatus(HttpStatus.BAD_REQUEST);
    }

    @Test
    void aStaleIfMatchIsRefusedAndChangesNothing() {
        put(TOTAL, "8").exchange();
        String first = "\"r" + revision() + "\"";
        put(TOTAL, "12").exchange();
        long before = revision();

        assertThat(put(TOTAL, "9").header("If-Match", first)).hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(delete(TOTAL).header("If-Match", first)).hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(patch("/v1/runtime/runtime", "{\"values\": {\"a\": 1}}").header("If-Match", first))
                .hasStatus(HttpStatus.PRECONDITION_FAILED)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:revision-conflict\"}");
        assertThat(put("/v1/runtime/runtime", "{\"values\": {}, \"revision\": " + (before - 1) + "}"))
                .hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(put("/v1/runtime/runtime", "{\"values\": {}}").header("If-None-Match", "*"))
                .hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(put("/v1/runtime/other/a", "1").header("If-Match", "*")).hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(delete("/v1/runtime/runtime").header("If-Match", first)).hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(revision()).isEqualTo(before);

        assertThat(put(TOTAL, "9").header("If-Match", "\"r" + before + "\"")).hasStatusOk();
    }

    /** Each writes keys of its own in the same layer: none of them is lost. */
    @Test
    void writersOfDifferentKeysDoNotUndoEachOther() throws Exception {
        int writers = 4;
        int keys = 15;
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            for (Future<Boolean> done : threads.invokeAll(IntStream.range(0, writers)
                    .<Callable<Boolean>>mapToObj(writer -> () -> {
                        for (int i = 0; i < keys; i++) {
                            assertThat(put("/v1/runtime/shared/w" + writer + ".k" + i, Integer.toString(i)))
                                    .hasStatus(HttpStatus.CREATED);
                        }
                        return true;
                    })
                    .toList())) {
                assertThat(done.get()).isTrue();
            }
        }

        assertThat(get("/v1/runtime")).bodyJson().isLenientlyEqualTo("""
                {"layers": [{"name": "shared", "keys": %d}]}""".formatted(writers * keys));
    }

    @Test
    void aChangeOfAKeyHasItsAuthorAndBothValuesInTheHistoryAndCanBeUndone() {
        put(CUSTOMER_A, "2").exchange();
        put(CUSTOMER_A, "3")
                .header("X-Author", "ada")
                .header("X-Reason", "a busy day")
                .exchange();
        long changed = revision();

        assertThat(get("/v1/history?kind=RuntimeLayer&name=runtime&limit=1"))
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"history": [{"revision": %d, "author": "ada", "reason": "a busy day"}]}""".formatted(changed));
        assertThat(get("/v1/history/" + changed))
                .bodyJson()
                .extractingPath("manifests[0].diff")
                .asString()
                .contains(
                        "\n-    shuffle_sharding.customer.customer-A.shard_size: 2\n",
                        "\n+    shuffle_sharding.customer.customer-A.shard_size: 3\n");

        assertThat(http.post().uri("/v1/history/" + changed + "/revert")).hasStatusOk();
        assertThat(get(CUSTOMER_A)).bodyJson().isLenientlyEqualTo("{\"value\": 2}");
    }

    @Test
    void aDryRunSaysWhatWouldBeAndChangesNothing() {
        put(TOTAL, "8").exchange();
        long before = revision();

        assertThat(put(TOTAL + "?dryRun=true", "12")).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"accepted": true, "changed": ["RuntimeLayer/runtime"], "faults": []}""");
        assertThat(put(TOTAL + "?dryRun=true", "0")).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"accepted": false, "faults": [{"field": "spec.values.shuffle_sharding.total_hosts"}]}""");
        assertThat(patch("/v1/runtime/runtime?dryRun=true", "{\"values\": {\"a\": 1}}"))
                .hasStatusOk();
        assertThat(delete(TOTAL + "?dryRun=true")).hasStatusOk();
        assertThat(delete("/v1/runtime/runtime?dryRun=true"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("""
                {"accepted": true, "deleted": ["RuntimeLayer/runtime"]}""");
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void theSameRulesHoldForManifests() {
        assertThat(put("/v1/manifests/RuntimeLayer/runtime", """
                        {"spec": {"values": {"shuffle_sharding": {"total_hosts": 2, "default_shard_size": 3}}}}"""))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo("""
                        {"type": "urn:chancery:problem:invalid-manifest",
                         "field": "spec.values.shuffle_sharding.default_shard_size"}""");
    }

    @Test
    void aLayerIsRemovedWithAllItsValues() {
        put(TOTAL, "8").exchange();

        assertThat(delete("/v1/runtime/runtime")).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"outcome": "deleted", "changes": [{"key": "shuffle_sharding.total_hosts", "before": 8}]}""");
        assertThat(get("/v1/runtime/runtime")).hasStatus(HttpStatus.NOT_FOUND);
    }

    private MockMvcRequestBuilder get(String path) {
        return http.get().uri(path);
    }

    private MockMvcRequestBuilder delete(String path) {
        return http.delete().uri(path);
    }

    private MockMvcRequestBuilder put(String path, String body) {
        return http.put().uri(path).contentType(MediaType.APPLICATION_JSON).content(body);
    }

    private MockMvcRequestBuilder patch(String path, String body) {
        return http.patch().uri(path).contentType(MediaType.APPLICATION_JSON).content(body);
    }

    private long revision() {
        return registry.view().revision().value();
    }
}
