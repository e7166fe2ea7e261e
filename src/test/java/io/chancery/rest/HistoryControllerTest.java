package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.spec.ManifestKind;
import java.io.UnsupportedEncodingException;
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

@WebMvcTest({HistoryController.class, ManifestController.class, ApplyController.class})
@Import(RestSlice.class)
class HistoryControllerTest {

    private static final String SECRET_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

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
    void changesAreListedTheNewestFirst() {
        put("a", "one").header("X-Author", "ada").exchange();
        long first = revision();
        put("a", "two").header("X-Author", "bob").header("X-Reason", "faster").exchange();

        assertThat(get("/v1/history?limit=2")).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                {"history": [
                  {"revision": %d, "author": "bob", "reason": "faster", "count": 1,
                   "manifests": [{"kind": "Resource", "name": "a", "outcome": "changed"}]},
                  {"revision": %d, "author": "ada", "count": 1,
                   "manifests": [{"kind": "Resource", "name": "a", "outcome": "created"}]}]}""".formatted(
                        revision(), first));
        assertThat(get("/v1/history?limit=1")).bodyJson().extractingPath("next").isEqualTo(Long.toString(revision()));
        assertThat(get("/v1/history?limit=1&after=" + revision()))
                .bodyJson()
                .extractingPath("history[0].revision")
                .isEqualTo((int) first);
    }

    @ParameterizedTest
    @CsvSource({
        "kind=Resource&name=filter-a, 1",
        "name=filter-b, 1",
        "author=filter-ada, 1",
        "author=filter-bob, 1",
        "author=filter-ada&name=filter-b, 0",
        "kind=Service&name=filter-a, 0",
        "name=nobody, 0"
    })
    void changesAreFoundByKindNameAndAuthor(String query, int count) {
        String author = "filter-ada";
        if (registry.history().entries(entry -> entry.author().equals(author)).isEmpty()) {
            put("filter-a", "one").header("X-Author", author).exchange();
            put("filter-b", "two").header("X-Author", "filter-bob").exchange();
            removeAll();
        }

        assertThat(get("/v1/history?" + query))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("history[?(@.author =~ /filter-.*/)]")
                .asArray()
                .hasSize(count);
    }

    @Test
    void aChangeShowsItsManifestsBeforeAndAfterAndTheirDifference() {
        put("a", "one").exchange();
        put("a", "two").exchange();

        assertThat(get("/v1/history/" + revision())).hasStatusOk().bodyJson().isLenientlyEqualTo("""
                        {"author": "anonymous", "manifests": [{"kind": "Resource", "name": "a", "outcome": "changed",
                          "before": {"spec": {"name": "one"}, "revision": %d},
                          "after": {"spec": {"name": "two"}, "revision": %d}, "secretsOnly": false,
                          "diff": "--- Resource/a\\n+++ Resource/a\\n@@ -1,5 +1,5 @@\\n kind: Resource\\n name: a\\n spec:\\n-  name: one\\n+  name: two\\n   '@type': type.googleapis.com/envoy.config.cluster.v3.Cluster\\n"}]}
                        """.formatted(
                        revision() - 1, revision()));
    }

    @Test
    void aSecretIsNotInTheHistory() throws Exception {
        putSecret("HIDDEN-ONE");
        putSecret("HIDDEN-TWO");

        String shown = body("/v1/history/" + revision());

        assertThat(shown).contains("[redacted]", "\"secretsOnly\":true").doesNotContain("HIDDEN");
        assertThat(body("/v1/history")).doesNotContain("HIDDEN");
    }

    @Test
    void whatIsUndoneIsAsItWas() {
        put("a", "one").exchange();
        put("a", "two").exchange();
        long changed = revision();

        assertThat(revert(changed, "?wait=acked").header("X-Author", "eve"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"changed\": [\"Resource/a\"], \"receipt\": {\"complete\": true}}");

        assertThat(get("/v1/manifests/Resource/a"))
                .bodyJson()
                .extractingPath("spec.name")
                .isEqualTo("one");
        assertThat(get("/v1/history/" + revision()))
                .bodyJson()
                .isLenientlyEqualTo("{\"author\": \"eve\", \"reason\": \"revert of revision " + changed + "\"}");
    }

    @Test
    void aSecretComesBackWhole() {
        putSecret("HIDDEN-ONE");
        putSecret("HIDDEN-TWO");

        assertThat(revert(revision(), "")).hasStatusOk();

        assertThat(registry.view()
                        .manifest(new ManifestKey(ManifestKind.RESOURCE, "s"))
                        .orElseThrow()
                        .manifest()
                        .spec()
                        .toString())
                .contains("HIDDEN-ONE");
    }

    @Test
    void whatWasChangedSinceIsRefusedUnlessForced() {
        put("a", "one").exchange();
        put("a", "two").exchange();
        long changed = revision();
        put("a", "three").exchange();

        assertThat(revert(changed, ""))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:changed-since\", \"detail\": \"Resource/a was"
                        + " changed again at revision " + revision()
                        + "; revert that first, or give force=true to lose it\"}");
        assertThat(revert(changed, "?force=true")).hasStatusOk();
        assertThat(get("/v1/manifests/Resource/a"))
                .bodyJson()
                .extractingPath("spec.name")
                .isEqualTo("one");
    }

    @Test
    void toUndoCanBeTriedFirst() {
        put("a", "one").exchange();
        put("a", "two").exchange();
        long changed = revision();

        assertThat(revert(changed, "?dryRun=true"))
                .hasStatusOk()
                .bodyJson()
                .isLenientlyEqualTo("{\"accepted\": true, \"changed\": [\"Resource/a\"], \"faults\": []}");
        assertThat(revision()).isEqualTo(changed);
        put("a", "three").exchange();
        assertThat(revert(changed, "?dryRun=true"))
                .bodyJson()
                .isLenientlyEqualTo("{\"accepted\": false, \"faults\": [{\"document\": 0, \"field\": \"revision\"}]}");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/history/999999, 404, unknown-change",
        "POST, /v1/history/999999/revert, 404, unknown-change",
        "GET, /v1/history/-1, 400, invalid-value",
        "GET, /v1/history/x, 400, invalid-value",
        "GET, /v1/history?limit=0, 400, invalid-value",
        "GET, /v1/history?after=x, 400, invalid-value",
        "GET, /v1/history?kind=Nothing, 400, invalid-value",
        "GET, /v1/history?name=-, 400, invalid-value",
        "POST, /v1/history/1/revert?force=perhaps, 400, invalid-value"
    })
    void aWrongQuestionIsRefused(String method, String path, int status, String problem) {
        assertThat(method.equals("GET") ? get(path) : http.post().uri(path))
                .hasStatus(status)
                .bodyJson()
                .extractingPath("type")
                .isEqualTo("urn:chancery:problem:" + problem);
    }

    private void putSecret(String key) {
        assertThat(http.put()
                        .uri("/v1/manifests/Resource/s")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"spec\": {\"@type\": \"" + SECRET_TYPE + "\", \"name\": \"s\", \"generic_secret\":"
                                + " {\"secret\": {\"inline_string\": \"" + key + "\"}}}}"))
                .hasStatus2xxSuccessful();
    }

    private String body(String path) throws UnsupportedEncodingException {
        return get(path).exchange().getResponse().getContentAsString();
    }

    private MockMvcRequestBuilder revert(long revision, String query) {
        return http.post().uri("/v1/history/" + revision + "/revert" + query);
    }

    private MockMvcRequestBuilder get(String path) {
        return http.get().uri(path);
    }

    private MockMvcRequestBuilder put(String name, String resource) {
        return http.put()
                .uri("/v1/manifests/Resource/" + name)
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"spec\": {\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\", \"name\": \""
                        + resource + "\"}}");
    }

    private long revision() {
        return registry.view().revision().value();
    }
}
