package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.EndpointId;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.ServiceView;
import java.util.Objects;
import java.util.stream.Collectors;
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

@WebMvcTest(RegistrationsController.class)
@Import(RestSlice.class)
class RegistrationsControllerTest {

    @Autowired
    private MockMvcTester http;

    @Autowired
    private EndpointRegistry registry;

    @Test
    void aBatchIsOneRevision() {
        post("{\"register\": [" + entry("one", "10.0.0.1", 80) + "]}").exchange();
        long before = registry.view().revision().value();

        assertThat(post("{\"register\": [" + entry("one", "10.0.0.2", 80) + ", " + entry("two", "10.0.0.2", 80)
                        + "], \"deregister\": [{\"service\": \"one\", \"id\": \"10.0.0.1:80\"}]}"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + (before + 1) + ", \"changed\": 3, \"unchanged\": 0}");
        assertThat(service("one").endpoints()).containsOnlyKeys(new EndpointId("10.0.0.2:80"));
        assertThat(service("two").endpoints()).containsOnlyKeys(new EndpointId("10.0.0.2:80"));
    }

    @Test
    void whatHoldsAlreadyIsCountedAndSpendsNoRevision() {
        String batch = "{\"register\": [" + entry("again", "10.0.0.1", 80) + "]}";
        post(batch).exchange();
        long before = registry.view().revision().value();

        assertThat(post(batch))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + before + ", \"changed\": 0, \"unchanged\": 1}");
    }

    @Test
    void allAttributesAndAnIdCanBeGiven() {
        post("{\"register\": [{\"service\": \"full\", \"id\": \"a\", \"address\": \"10.0.0.1\", \"port\": 80,"
                        + " \"weight\": 2, \"priority\": 1, \"state\": \"draining\","
                        + " \"locality\": {\"region\": \"eu\"}, \"metadata\": {\"k\": \"v\"}}]}")
                .exchange();

        var endpoint = Objects.requireNonNull(service("full").endpoints().get(new EndpointId("a")))
                .endpoint();
        assertThat(endpoint.weight()).isEqualTo(2);
        assertThat(endpoint.locality().region()).isEqualTo("eu");
        assertThat(endpoint.metadata()).containsEntry("k", "v");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                               | register",
                "{\"register\": []}                                                               | register",
                "{\"register\": [GOOD, {\"service\": \"b\", \"address\": \"1.2.3.4\", \"port\": 0}]} | register[1].port",
                "{\"register\": [GOOD, {\"service\": \"b\", \"address\": \"x.y\", \"port\": 1}]}  | register[1].address",
                "{\"register\": [GOOD, {\"address\": \"1.2.3.4\", \"port\": 1}]}                  | register[1].service",
                "{\"register\": [GOOD, {\"service\": \"b\", \"port\": 1}]}                        | register[1].address",
                "{\"register\": [GOOD, {\"service\": \"b\", \"adress\": \"1.2.3.4\"}]}            | register[1].adress",
                "{\"register\": [GOOD, {\"service\": \"b\", \"port\": \"1\"}]}                    | register[1].port",
                "{\"register\": [GOOD, null]}                                                     | register[1]",
                "{\"register\": [GOOD, 5]}                                                        | register[1]",
                "{\"register\": [GOOD, GOOD]}                                                     | register[1]",
                "{\"register\": GOOD}                                                             | register",
                "{\"register\": [GOOD], \"deregister\": [{\"service\": \"b\"}]}                   | deregister[0].id",
                "{\"register\": [GOOD], \"deregister\": [{\"service\": \"good\", \"id\": \"1.1.1.1:1\"}]} | deregister[0]",
                "{\"register\": [GOOD], \"remove\": []}                                           | remove"
            })
    void oneBadEntryRefusesTheWholeBatchAndIsNamed(String batch, String field) {
        var before = registry.view();

        assertThat(post(batch.replace("GOOD", entry("good", "1.1.1.1", 1))))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo(field);
        assertThat(registry.view()).isSameAs(before);
    }

    @Test
    void aBatchThatWouldOverfillAServiceChangesNothing() {
        var before = registry.view();
        String entries = IntStream.rangeClosed(1, RestSlice.MAX_ENDPOINTS + 1)
                .mapToObj(i -> entry("overfull", "10.0.0.1", i))
                .collect(Collectors.joining(","));

        assertThat(post("{\"register\": [" + entries + "]}"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyText()
                .contains("urn:chancery:problem:service-full", "overfull");
        assertThat(registry.view()).isSameAs(before);
    }

    private ServiceView service(String name) {
        return registry.view().service(new ServiceName(name)).orElseThrow();
    }

    private static String entry(String service, String address, int port) {
        return "{\"service\": \"" + service + "\", \"address\": \"" + address + "\", \"port\": " + port + "}";
    }

    private MockMvcTester.MockMvcRequestBuilder post(String body) {
        return http.post()
                .uri("/v1/registrations")
                .contentType(MediaType.APPLICATION_JSON)
                .content(body);
    }
}
