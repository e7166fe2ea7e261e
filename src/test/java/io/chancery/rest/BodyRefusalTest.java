package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.registry.EndpointRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** A body that does not say what its sender meant is refused, and the refusal says where. */
@WebMvcTest({EndpointController.class, RegistrationsController.class})
@Import(RestSlice.class)
class BodyRefusalTest {

    @Autowired
    private MockMvcTester http;

    @Autowired
    private EndpointRegistry registry;

    @ParameterizedTest(name = "{0} -> {1} about {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"weigth\": 3}                                  | unknown-field  | weigth",
                "{\"locality\": {\"regoin\": \"eu\"}}             | unknown-field  | locality.regoin",
                "{\"weight\": 0}                                  | invalid-value  | weight",
                "{\"weight\": 65536}                              | invalid-value  | weight",
                "{\"weight\": -1}                                 | invalid-value  | weight",
                "{\"weight\": \"3\"}                              | invalid-value  | weight",
                "{\"weight\": 1.5}                                | invalid-value  | weight",
                "{\"weight\": 1e99}                               | invalid-value  | weight",
                "{\"weight\": 99999999999999999999}               | invalid-value  | weight",
                "{\"weight\": true}                               | invalid-value  | weight",
                "{\"weight\": {}}                                 | invalid-value  | weight",
                "{\"weight\": [3]}                                | invalid-value  | weight",
                "{\"priority\": 128}                              | invalid-value  | priority",
                "{\"address\": \"10.0.0.1\"}                      | invalid-value  | port",
                "{\"port\": 80}                                   | invalid-value  | address",
                "{\"address\": \"10.0.0.1\", \"port\": 0}         | invalid-value  | port",
                "{\"address\": \"up.example\", \"port\": 80}      | invalid-value  | address",
                "{\"address\": 5, \"port\": 80}                   | invalid-value  | address",
                "{\"state\": \"DRAINING\"}                        | invalid-value  | state",
                "{\"state\": true}                                | invalid-value  | state",
                "{\"id\": \"other\"}                              | invalid-value  | id",
                "{\"locality\": {\"zone\": \"a\"}}                | invalid-value  | locality.region",
                "{\"locality\": \"eu\"}                           | invalid-value  | locality",
                "{\"locality\": {\"region\": \"e u\"}}            | invalid-value  | locality.region",
                "{\"metadata\": {\"a\": null}}                    | invalid-value  | metadata",
                "{\"metadata\": {\"a\": 5}}                       | invalid-value  | metadata.a",
                "{\"metadata\": {\"\": \"x\"}}                    | invalid-value  | metadata",
                "{\"metadata\": [\"a\"]}                          | invalid-value  | metadata",
                "[]                                               | invalid-value  | body",
                "3                                                | invalid-value  | body",
                "\"text\"                                         | invalid-value  | body"
            })
    void theFieldAtFaultIsNamed(String body, String slug, String field) {
        var before = registry.view();

        assertThat(put(body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:" + slug + "\", \"field\": \"" + field
                        + "\", \"status\": 400}");
        assertThat(registry.view()).isSameAs(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"weight\": NaN}",
                "{\"weight\": Infinity}",
                "{\"weight\": 1, \"weight\": 2}",
                "{\"metadata\": {\"a\": \"1\", \"a\": \"2\"}}",
                "{\"weight\": 1} {}",
                "{'weight': 1}",
                "{\"weight\": 01}",
                "{weight: 1}",
                "{\"weight\": 1,}",
                "{\"weight\": 1} // comment",
                "\u0000"
            })
    void whatIsNotJsonIsRefused(String body) {
        assertThat(put(body))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("type")
                .isEqualTo("urn:chancery:problem:malformed-body");
    }

    @Test
    void nestingWithoutEndIsRefused() {
        assertThat(put("[".repeat(100_000))).hasStatus(HttpStatus.BAD_REQUEST);
        assertThat(put("{\"metadata\":".repeat(50_000))).hasStatus(HttpStatus.BAD_REQUEST);
    }

    @Test
    void aNumberOfManyDigitsIsRefused() {
        assertThat(put("{\"weight\": " + "9".repeat(900_000) + "}")).hasStatus(HttpStatus.BAD_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/yaml", "application/xml"})
    void anotherMediaTypeIsRefusedWithTheRightOne(String type) {
        assertThat(http.put()
                        .uri("/v1/services/a/endpoints/10.0.0.1:80")
                        .contentType(MediaType.valueOf(type))
                        .content("{}"))
                .hasStatus(HttpStatus.UNSUPPORTED_MEDIA_TYPE)
                .bodyText()
                .contains("urn:chancery:problem:unsupported-media-type", "application/json");
    }

    @Test
    void anAnswerThatIsNotAcceptedIsRefused() {
        assertThat(http.get().uri("/v1/services/a/endpoints").accept(MediaType.TEXT_HTML))
                .hasStatus(HttpStatus.NOT_ACCEPTABLE)
                .hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void aBodyBeyondItsLimitIsRefused() {
        assertThat(put(" ".repeat(1_048_577)))
                .hasStatus(HttpStatus.CONTENT_TOO_LARGE)
                .bodyText()
                .contains("urn:chancery:problem:body-too-large", "1048576");
    }

    @Test
    void aBatchMayBeLarger() {
        assertThat(http.post()
                        .uri("/v1/registrations")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content("{\"register\": [{\"service\": \"large\", \"address\": \"10.0.0.1\", \"port\": 80}]"
                                + " ".repeat(2_000_000) + "}"))
                .hasStatusOk();
        assertThat(http.post()
                        .uri("/v1/registrations")
                        .contentType(MediaType.APPLICATION_JSON)
                        .content(" ".repeat((16 << 20) + 1)))
                .hasStatus(HttpStatus.CONTENT_TOO_LARGE);
    }

    private MockMvcTester.MockMvcRequestBuilder put(String body) {
        return http.put()
                .uri("/v1/services/bodies/endpoints/10.0.0.1:80")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }
}
