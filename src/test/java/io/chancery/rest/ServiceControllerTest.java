package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

@WebMvcTest(ServiceController.class)
@Import(RestSlice.class)
class ServiceControllerTest {

    private static final HostPort TARGET = HostPort.parse("10.0.0.1:80");

    @Autowired
    private MockMvcTester http;

    @Autowired
    private EndpointRegistry registry;

    @Test
    void servicesAreListedByNameInPages() {
        register("list-b");
        register("list-a");
        register("list-c");

        assertThat(http.get().uri("/v1/services?after=list&limit=2"))
                .hasStatusOk()
                .hasHeader("ETag", "\"r" + revision() + "\"")
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + revision() + ", \"services\": ["
                        + "{\"name\": \"list-a\", \"endpoints\": 1}, {\"name\": \"list-b\", \"endpoints\": 1}],"
                        + " \"next\": \"list-b\"}");
        assertThat(http.get().uri("/v1/services?after=list-b&limit=1"))
                .bodyJson()
                .extractingPath("services[0].name")
                .isEqualTo("list-c");
    }

    @Test
    void anUnchangedListIsNotSentAgain() {
        register("cached");

        assertThat(http.get().uri("/v1/services").header("If-None-Match", "\"r" + revision() + "\""))
                .hasStatus(HttpStatus.NOT_MODIFIED);
    }

    @Test
    void oneServiceIsShownWithItsSize() {
        register("one");

        assertThat(http.get().uri("/v1/services/one"))
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + revision() + ", \"name\": \"one\", \"endpoints\": 1}");
    }

    @Test
    void anUnknownServiceIsNotFound() {
        assertThat(http.get().uri("/v1/services/unknown"))
                .hasStatus(HttpStatus.NOT_FOUND)
                .bodyText()
                .contains("urn:chancery:problem:unknown-service");
        assertThat(http.delete().uri("/v1/services/unknown")).hasStatus(HttpStatus.NOT_FOUND);
    }

    @Test
    void aNameThatCannotBeIsRefused() {
        assertThat(http.get().uri("/v1/services/{name}", "-x"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo("service");
    }

    @Test
    void aServiceIsRemovedOnlyOnceItIsEmpty() {
        register("removed");

        assertThat(http.delete().uri("/v1/services/removed"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyText()
                .contains("urn:chancery:problem:service-in-use", "1 endpoint");
        registry.deregister(new ServiceName("removed"), new EndpointId(TARGET.toString()), Precondition.NONE);
        assertThat(http.delete().uri("/v1/services/removed").exchange())
                .hasStatusOk()
                .bodyJson()
                .isStrictlyEqualTo("{\"revision\": " + revision() + "}");
        assertThat(registry.view().service(new ServiceName("removed"))).isEmpty();
    }

    @Test
    void aSemicolonInThePathIsRefusedInsteadOfCuttingTheNameOff() {
        register("cut");

        assertThat(http.delete().uri("/v1/services/cut;x=y"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyText()
                .contains("urn:chancery:problem:malformed-request");
    }

    private void register(String service) {
        registry.register(new ServiceName(service), Endpoint.of(TARGET), Precondition.NONE);
    }

    private long revision() {
        return registry.view().revision().value();
    }
}
