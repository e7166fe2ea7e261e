package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.registry.EndpointRegistry;
import java.nio.charset.StandardCharsets;
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
import org.springframework.test.web.servlet.assertj.MvcTestResult;

/** Leases, drains, operators' words and preservation, over HTTP. */
@WebMvcTest({
    EndpointController.class,
    ServiceController.class,
    RegistrationsController.class,
    LeaseController.class,
    EndpointHealthController.class,
    PreservationController.class
})
@Import(RestSlice.class)
class LivenessApiTest {

    @Autowired
    private MockMvcTester http;

    @Autowired
    private EndpointRegistry registry;

    @Test
    void aLeaseIsShownWithWhatIsLeftOfIt() {
        put("/v1/services/lease/endpoints/10.0.0.1:80", "{\"lease\": {\"ttl\": \"1m\", \"instance\": \"web-1\"}}");

        assertThat(http.get().uri("/v1/services/lease/endpoints/10.0.0.1:80"))
                .bodyJson()
                .isLenientlyEqualTo("{\"lease\": {\"ttl\": \"1m\", \"instance\": \"web-1\"}}")
                .hasPath("observed.leaseRemaining");
    }

    @Test
    void aLeaseIsRenewedByItselfOrWithItsInstance() {
        put("/v1/services/renew/endpoints/10.0.0.1:80", "{\"lease\": {\"ttl\": \"30s\", \"instance\": \"web-2\"}}");
        put("/v1/services/renew/endpoints/10.0.0.2:80", "{\"lease\": {\"ttl\": \"30s\", \"instance\": \"web-2\"}}");

        assertThat(http.put().uri("/v1/services/renew/endpoints/10.0.0.1:80/lease"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"ttl\": \"30s\"}");
        assertThat(http.put().uri("/v1/instances/web-2/lease"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"renewed\": 2}");
    }

    @Test
    void whatHasNoLeaseCannotBeRenewed() {
        put("/v1/services/none/endpoints/10.0.0.1:80", "{}");

        for (String path : new String[] {
            "/v1/services/none/endpoints/10.0.0.1:80/lease",
            "/v1/services/none/endpoints/10.0.0.2:80/lease",
            "/v1/instances/nobody/lease"
        }) {
            assertThat(http.put().uri(path))
                    .hasStatus(HttpStatus.NOT_FOUND)
                    .bodyText()
                    .contains("urn:chancery:problem:unknown-lease");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"lease\": {}} | lease.ttl",
                "{\"lease\": {\"ttl\": \"soon\"}} | lease.ttl",
                "{\"lease\": {\"ttl\": \"500ms\"}} | lease.ttl",
                "{\"lease\": {\"ttl\": \"25h\"}} | lease.ttl",
                "{\"lease\": {\"ttl\": \"30s\", \"instance\": \"a/b\"}} | lease.instance",
                "{\"probe\": {\"port\": 0}} | probe.port",
                "{\"probe\": {\"path\": \"healthz\"}} | probe.path"
            })
    void whatIsWrongIsNamed(String body, String field) {
        assertThat(put("/v1/services/wrong/endpoints/10.0.0.1:80", body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo(field);
    }

    @Test
    void whatWasReadCanBeSentBackAndChangesNothing() {
        put(
                "/v1/services/back/endpoints/10.0.0.1:80",
                "{\"lease\": {\"ttl\": \"30s\"}, \"probe\": {\"port\": 81, \"path\": \"/up\"}}");
        String read = Objects.requireNonNull(http.get()
                .uri("/v1/services/back/endpoints/10.0.0.1:80")
                .exchange()
                .getResponse()
                .getHeader("ETag"));
        String body =
                text(http.get().uri("/v1/services/back/endpoints/10.0.0.1:80").exchange());

        assertThat(put("/v1/services/back/endpoints/10.0.0.1:80", body))
                .hasStatusOk()
                .hasHeader("ETag", read);
    }

    @Test
    void anEndpointDrainsBeforeItIsRemoved() {
        put("/v1/services/drain/endpoints/10.0.0.1:80", "{}");

        assertThat(http.delete().uri("/v1/services/drain/endpoints/10.0.0.1:80?drain=30s"))
                .hasStatusOk();

        assertThat(http.get().uri("/v1/services/drain/endpoints/10.0.0.1:80"))
                .bodyJson()
                .isLenientlyEqualTo("{\"state\": \"draining\", \"observed\": {\"health\": \"draining\"}}")
                .hasPath("observed.removedAt");
        assertThat(http.delete().uri("/v1/services/drain/endpoints/10.0.0.1:80?drain=2d"))
                .hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(http.delete().uri("/v1/services/drain/endpoints/10.0.0.9:80?drain=2s"))
                .hasStatus(HttpStatus.NOT_FOUND);
    }

    @Test
    void aPatchOfSomethingElseDoesNotStopADrain() {
        put("/v1/services/patched/endpoints/10.0.0.1:80", "{}");
        http.delete()
                .uri("/v1/services/patched/endpoints/10.0.0.1:80?drain=30s")
                .exchange();

        assertThat(http.patch()
                        .uri("/v1/services/patched/endpoints/10.0.0.1:80")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"weight\": 3}"))
                .bodyJson()
                .hasPath("observed.removedAt");
        assertThat(http.patch()
                        .uri("/v1/services/patched/endpoints/10.0.0.1:80")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"state\": \"active\"}"))
                .bodyJson()
                .doesNotHavePath("observed.removedAt");
    }

    @Test
    void aZoneIsDrainedInOneCall() {
        IntStream.range(0, 8)
                .forEach(i -> put(
                        "/v1/services/zones/endpoints/10.0.0." + i + ":80",
                        "{\"locality\": {\"region\": \"eu\", \"zone\": \"" + (i < 2 ? "a" : "b") + "\"}}"));

        assertThat(post("/v1/services/zones/drain?drain=10s", "{\"locality\": {\"zone\": \"a\"}}"))
                .hasStatusOk()
                .bodyJson()
                .extractingPath("endpoints")
                .isEqualTo(2);
        assertThat(http.get().uri("/v1/services/zones/endpoints/10.0.0.1:80"))
                .bodyJson()
                .extractingPath("state")
                .isEqualTo("draining");
        assertThat(post("/v1/services/zones/drain", "{\"locality\": {\"zone\": \"b\"}}"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyText()
                .contains("urn:chancery:problem:mass-loss");
        assertThat(post("/v1/services/zones/drain", "{}")).hasStatus(HttpStatus.BAD_REQUEST);
    }

    @Test
    void whatWouldLeaveTooFewNeedsForce() {
        IntStream.range(0, 4).forEach(i -> put("/v1/services/few/endpoints/10.0.0." + i + ":80", "{}"));
        http.delete().uri("/v1/services/few/endpoints/10.0.0.0:80").exchange();
        http.delete().uri("/v1/services/few/endpoints/10.0.0.1:80").exchange();

        assertThat(http.delete().uri("/v1/services/few/endpoints/10.0.0.2:80"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyText()
                .contains("urn:chancery:problem:mass-loss", "force=true");
        assertThat(http.delete().uri("/v1/services/few/endpoints/10.0.0.2:80?drain=5s"))
                .hasStatus(HttpStatus.CONFLICT);
        assertThat(put("/v1/services/few/endpoints/10.0.0.2:80", "{\"state\": \"draining\"}"))
                .hasStatus(HttpStatus.CONFLICT);
        assertThat(post("/v1/registrations", "{\"deregister\": [{\"service\": \"few\", \"id\": \"10.0.0.2:80\"}]}"))
                .hasStatus(HttpStatus.CONFLICT);
        assertThat(http.delete().uri("/v1/services/few/endpoints/10.0.0.2:80?force=maybe"))
                .hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(http.delete().uri("/v1/services/few/endpoints/10.0.0.2:80?force=true"))
                .hasStatusOk();
    }

    @Test
    void anOperatorsWordIsShownAndTakenBack() {
        put("/v1/services/word/endpoints/10.0.0.1:80", "{}");

        assertThat(put(
                        "/v1/services/word/endpoints/10.0.0.1:80/health",
                        "{\"verdict\": \"unhealthy\", \"length\": \"10m\"}"))
                .hasStatusOk();
        assertThat(http.get().uri("/v1/services/word/endpoints/10.0.0.1:80"))
                .bodyJson()
                .isLenientlyEqualTo(
                        "{\"observed\": {\"health\": \"unhealthy\", \"verdict\": \"unknown\", \"forced\": {\"verdict\": \"unhealthy\"}}}")
                .hasPath("observed.forced.until");

        assertThat(http.delete().uri("/v1/services/word/endpoints/10.0.0.1:80/health"))
                .hasStatusOk();
        assertThat(http.get().uri("/v1/services/word/endpoints/10.0.0.1:80"))
                .bodyJson()
                .extractingPath("observed.health")
                .isEqualTo("unknown");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | verdict",
                "{\"verdict\": \"ill\"} | verdict",
                "{\"verdict\": \"healthy\", \"length\": \"0s\"} | length",
                "{\"verdict\": \"healthy\", \"length\": \"31d\"} | length"
            })
    void aWordThatSaysNothingIsRefused(String body, String field) {
        put("/v1/services/words/endpoints/10.0.0.1:80", "{}");

        assertThat(put("/v1/services/words/endpoints/10.0.0.1:80/health", body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo(field);
        assertThat(put("/v1/services/words/endpoints/10.0.0.9:80/health", "{\"verdict\": \"healthy\"}"))
                .hasStatus(HttpStatus.NOT_FOUND);
    }

    @Test
    void whileAllIsWellNothingIsPreserved() {
        assertThat(http.get().uri("/v1/preservation"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"active\": false, \"services\": {}}");
        assertThat(http.delete().uri("/v1/preservation/nobody")).hasStatus(HttpStatus.NOT_FOUND);
        assertThat(http.delete().uri("/v1/preservation")).hasStatusOk();
        assertThat(registry.leases().count()).isNotNegative();
    }

    private MvcTestResult put(String uri, String body) {
        return http.put()
                .uri(uri)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    private MvcTestResult post(String uri, String body) {
        return http.post()
                .uri(uri)
                .contentType(MediaType.APPLICATION_JSON)
                .content(body)
                .exchange();
    }

    private static String text(MvcTestResult result) {
        return new String(result.getResponse().getContentAsByteArray(), StandardCharsets.UTF_8);
    }
}
