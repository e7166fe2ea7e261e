package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.registry.EndpointRegistry;
import java.io.UnsupportedEncodingException;
import java.net.URI;
import java.util.Objects;
import java.util.stream.IntStream;
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
import org.springframework.test.web.servlet.assertj.MvcTestResult;
import tools.jackson.databind.json.JsonMapper;

@WebMvcTest(EndpointController.class)
@Import(RestSlice.class)
class EndpointControllerTest {

    private static final MediaType MERGE_PATCH = MediaType.valueOf("application/merge-patch+json");

    @Autowired
    private MockMvcTester http;

    @Autowired
    private EndpointRegistry registry;

    @Test
    void aNewEndpointIsCreatedWithAllThatWasSaid() {
        String body = """
                {"address": "10.0.0.1", "port": 8080, "weight": 3, "priority": 1, "state": "draining",
                 "locality": {"region": "eu", "zone": "a", "subZone": "a1"}, "metadata": {"version": "v2"}}""";

        MvcTestResult created = put("/v1/services/new/endpoints/one", body).exchange();

        assertThat(created)
                .hasStatus(HttpStatus.CREATED)
                .hasHeader("ETag", "\"r" + revision() + "\"")
                .bodyJson()
                .isLenientlyEqualTo(body)
                .isLenientlyEqualTo("{\"id\": \"one\", \"revision\": " + revision() + "}");
        assertThat(get("/v1/services/new/endpoints/one"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo(body);
    }

    @Test
    void anIdThatIsAnAddressNeedsNoBody() {
        assertThat(http.put().uri("/v1/services/plain/endpoints/10.0.0.1:8080"))
                .hasStatus(HttpStatus.CREATED)
                .doesNotContainHeader("Content-Disposition")
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"address\": \"10.0.0.1\", \"port\": 8080, \"weight\": 1, \"state\": \"active\"}");
    }

    @Test
    void anIdThatIsAnIpv6AddressNeedsNoBody() {
        assertThat(http.put().uri("/v1/services/plain/endpoints/{id}", "[::1]:8080"))
                .hasStatus(HttpStatus.CREATED)
                .bodyJson()
                .isLenientlyEqualTo("{\"address\": \"::1\", \"port\": 8080}");
    }

    @Test
    void sayingTheSameAgainSpendsNoRevision() {
        put("/v1/services/same/endpoints/10.0.0.1:80", "{\"weight\": 2}").exchange();
        long before = revision();

        assertThat(put("/v1/services/same/endpoints/10.0.0.1:80", "{\"weight\": 2}"))
                .hasStatusOk()
                .hasHeader("ETag", "\"r" + before + "\"");
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void whatWasReadCanBeSentBack() throws Exception {
        put("/v1/services/back/endpoints/10.0.0.1:80", "{\"weight\": 2, \"locality\": {\"region\": \"eu\"}}")
                .exchange();
        String read =
                get("/v1/services/back/endpoints/10.0.0.1:80").getResponse().getContentAsString();
        long before = revision();

        assertThat(put("/v1/services/back/endpoints/10.0.0.1:80", read)).hasStatusOk();
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void whatWasReadAndIsStaleIsRefused() throws Exception {
        put("/v1/services/stale/endpoints/10.0.0.1:80", "{\"weight\": 2}").exchange();
        String read =
                get("/v1/services/stale/endpoints/10.0.0.1:80").getResponse().getContentAsString();
        put("/v1/services/stale/endpoints/10.0.0.1:80", "{\"weight\": 3}").exchange();

        assertThat(put("/v1/services/stale/endpoints/10.0.0.1:80", read)).hasStatus(HttpStatus.PRECONDITION_FAILED);
    }

    @Test
    void aStaleIfMatchIsRefusedAndChangesNothing() {
        String tag = tagOf(put("/v1/services/tags/endpoints/10.0.0.1:80", "{\"weight\": 2}")
                .exchange());
        put("/v1/services/tags/endpoints/10.0.0.1:80", "{\"weight\": 3}").exchange();
        long before = revision();

        assertThat(put("/v1/services/tags/endpoints/10.0.0.1:80", "{\"weight\": 4}")
                        .header("If-Match", tag))
                .hasStatus(HttpStatus.PRECONDITION_FAILED)
                .bodyText()
                .contains("urn:chancery:problem:revision-conflict", "revision " + before);
        assertThat(http.patch()
                        .uri("/v1/services/tags/endpoints/10.0.0.1:80")
                        .contentType(MERGE_PATCH)
                        .content("{\"weight\": 4}")
                        .header("If-Match", tag))
                .hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(http.delete().uri("/v1/services/tags/endpoints/10.0.0.1:80").header("If-Match", tag))
                .hasStatus(HttpStatus.PRECONDITION_FAILED);
        assertThat(revision()).isEqualTo(before);
    }

    @Test
    void aFreshIfMatchIsHonoured() {
        String tag = tagOf(put("/v1/services/fresh/endpoints/10.0.0.1:80", "{\"weight\": 2}")
                .exchange());

        MvcTestResult changed = put("/v1/services/fresh/endpoints/10.0.0.1:80", "{\"weight\": 3}")
                .header("If-Match", tag)
                .exchange();
        assertThat(changed).hasStatusOk();
        assertThat(http.delete().uri("/v1/services/fresh/endpoints/10.0.0.1:80").header("If-Match", tagOf(changed)))
                .hasStatusOk();
    }

    @Test
    void ifMatchOfAnythingNeedsTheEndpointToExist() {
        assertThat(put("/v1/services/any/endpoints/10.0.0.1:80", "{}").header("If-Match", "*"))
                .hasStatus(HttpStatus.PRECONDITION_FAILED);
        put("/v1/services/any/endpoints/10.0.0.1:80", "{}").exchange();
        assertThat(put("/v1/services/any/endpoints/10.0.0.1:80", "{}").header("If-Match", "*"))
                .hasStatusOk();
    }

    @Test
    void ifNoneMatchOfAnythingOnlyCreates() {
        assertThat(put("/v1/services/none/endpoints/10.0.0.1:80", "{}").header("If-None-Match", "*"))
                .hasStatus(HttpStatus.CREATED);
        assertThat(put("/v1/services/none/endpoints/10.0.0.1:80", "{}").header("If-None-Match", "*"))
                .hasStatus(HttpStatus.PRECONDITION_FAILED);
    }

    @Test
    void anEndpointIsAlwaysShownAsWhatIsObservedOfItChangesWithoutIt() {
        String tag =
                tagOf(put("/v1/services/cached/endpoints/10.0.0.1:80", "{}").exchange());

        assertThat(http.get().uri("/v1/services/cached/endpoints/10.0.0.1:80").header("If-None-Match", tag))
                .hasStatusOk()
                .hasHeader("ETag", tag);
    }

    @Test
    void aPatchChangesWhatItNamesAndNullTakesBackToTheDefault() {
        put(
                        "/v1/services/patch/endpoints/10.0.0.1:80",
                        "{\"weight\": 5, \"priority\": 2, \"metadata\": {\"a\": \"1\", \"b\": \"2\"},"
                                + " \"locality\": {\"region\": \"eu\", \"zone\": \"a\"}}")
                .exchange();

        assertThat(http.patch()
                        .uri("/v1/services/patch/endpoints/10.0.0.1:80")
                        .contentType(MERGE_PATCH)
                        .content(
                                "{\"weight\": null, \"state\": \"draining\", \"metadata\": {\"a\": null, \"c\": \"3\"},"
                                        + " \"locality\": {\"zone\": \"b\"}}"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"weight\": 1, \"priority\": 2, \"state\": \"draining\","
                        + " \"metadata\": {\"b\": \"2\", \"c\": \"3\"},"
                        + " \"locality\": {\"region\": \"eu\", \"zone\": \"b\"}}");
    }

    @Test
    void aPatchOfNothingThatExistsIsNotFound() {
        assertThat(http.patch()
                        .uri("/v1/services/nowhere/endpoints/10.0.0.1:80")
                        .contentType(MERGE_PATCH)
                        .content("{}"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyText()
                .contains("urn:chancery:problem:unknown-service");
    }

    @Test
    void aRemovedEndpointIsGoneAndItsServiceStays() {
        put("/v1/services/gone/endpoints/10.0.0.1:80", "{}").exchange();

        assertThat(http.delete().uri("/v1/services/gone/endpoints/10.0.0.1:80").exchange())
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"revision\": " + revision() + "}");
        assertThat(http.delete().uri("/v1/services/gone/endpoints/10.0.0.1:80"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyText()
                .contains("urn:chancery:problem:unknown-endpoint");
        assertThat(get("/v1/services/gone/endpoints"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"endpoints\": []}");
    }

    @Test
    void aListComesInPagesAndEveryEndpointOnce() {
        IntStream.rangeClosed(1, 7)
                .forEach(i -> put("/v1/services/paged/endpoints/10.0.0." + i + ":80", "{}")
                        .exchange());

        assertThat(ids("limit=3")).isEqualTo("10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 next 10.0.0.3:80");
        assertThat(ids("limit=3&after=10.0.0.3:80")).isEqualTo("10.0.0.4:80 10.0.0.5:80 10.0.0.6:80 next 10.0.0.6:80");
        assertThat(ids("limit=3&after=10.0.0.6:80")).isEqualTo("10.0.0.7:80 end");
        assertThat(ids("limit=3&after=10.0.0.3:9")).isEqualTo("10.0.0.4:80 10.0.0.5:80 10.0.0.6:80 next 10.0.0.6:80");
        assertThat(ids("limit=7")).endsWith("10.0.0.7:80 end");
        assertThat(ids("after=x")).isEqualTo("end");
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit",
        "limit=1001, limit",
        "limit=x, limit",
        "limit=99999999999, limit",
        "after=a%20b, after"
    })
    void aPageThatCannotBeIsRefused(String query, String field) {
        put("/v1/services/refused/endpoints/10.0.0.1:80", "{}").exchange();

        assertThat(http.get().uri(URI.create("/v1/services/refused/endpoints?" + query)))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo(field);
    }

    private String ids(String query) {
        try {
            var page = new JsonMapper()
                    .readTree(get("/v1/services/paged/endpoints?" + query)
                            .getResponse()
                            .getContentAsString());
            StringBuilder ids = new StringBuilder();
            page.get("endpoints")
                    .forEach(endpoint ->
                            ids.append(endpoint.get("id").asString()).append(' '));
            return ids.append(page.has("next") ? "next " + page.get("next").asString() : "end")
                    .toString();
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private long revision() {
        return registry.view().revision().value();
    }

    private static String tagOf(MvcTestResult result) {
        return Objects.requireNonNull(result.getResponse().getHeader("ETag"));
    }

    private MvcTestResult get(String uri) {
        return http.get().uri(uri).exchange();
    }

    private MockMvcRequestBuilder put(String uri, String body) {
        return http.put().uri(uri).contentType(MediaType.APPLICATION_JSON).content(body);
    }
}
