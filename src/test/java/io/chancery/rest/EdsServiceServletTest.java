package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.Endpoint;
import io.chancery.model.EndpointId;
import io.chancery.model.EndpointState;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.assertj.MvcTestResult;

class EdsServiceServletTest {

    private static final int MAX_ENDPOINTS = 20;

    private final Store store = Stores.inMemory(InstantSource.system(), new SimpleMeterRegistry());
    private final EndpointRegistry registry = new EndpointRegistry(store, MAX_ENDPOINTS, new SimpleMeterRegistry());
    private final EdsServiceServlet servlet = new EdsServiceServlet(registry, new Receipts(new NoClientStreams()));

    /** The servlet with the comforts of a controller's test. */
    private final MockMvcTester http = MockMvcTester.of(
            List.of(new Object()),
            server -> server.addFilters((request, response, _) -> {
                        ((MockHttpServletRequest) request)
                                .setPathInfo(((HttpServletRequest) request)
                                        .getRequestURI()
                                        .substring(EdsServiceServlet.PATH.length()));
                        servlet.service(request, response);
                    })
                    .build());

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void answersInTheOriginalsWords() {
        assertThat(get("/edsservice/register?endpoint=127.0.0.1:8081"))
                .hasStatusOk()
                .hasContentTypeCompatibleWith(MediaType.TEXT_PLAIN)
                .hasBodyTextEqualTo("127.0.0.1:8081 ok");
        assertThat(get("/edsservice/register?endpoint=127.0.0.1:8081"))
                .hasStatusOk()
                .hasBodyTextEqualTo("127.0.0.1:8081 already registered");
        assertThat(get("/edsservice/deregister?endpoint=127.0.0.1:8081"))
                .hasStatusOk()
                .hasBodyTextEqualTo("127.0.0.1:8081 ok");
        assertThat(get("/edsservice/deregister?endpoint=127.0.0.1:8081"))
                .hasStatusOk()
                .hasBodyTextEqualTo("127.0.0.1:8081 ok");
    }

    @Test
    void takesPostAsWellAsGet() {
        assertThat(http.post().uri(URI.create("/edsservice/register?endpoint=127.0.0.1:9001")))
                .hasStatusOk()
                .hasBodyTextEqualTo("127.0.0.1:9001 ok");
        assertThat(http.post().uri(URI.create("/edsservice/deregister?endpoint=127.0.0.1:9001")))
                .hasStatusOk()
                .hasBodyTextEqualTo("127.0.0.1:9001 ok");
        assertThat(find("myservice", "127.0.0.1:9001")).isEmpty();
    }

    @Test
    void registersInTheServiceThatIsNamed() {
        get("/edsservice/register?endpoint=127.0.0.1:9002&service=cart");

        assertThat(find("cart", "127.0.0.1:9002")).isPresent();
        assertThat(find("myservice", "127.0.0.1:9002")).isEmpty();
    }

    @Test
    void echoesTheEndpointAsItWasWrittenAndKeepsItsCanonicalForm() {
        assertThat(get("/edsservice/register?endpoint=%5B0:0:0:0:0:0:0:1%5D:8081"))
                .hasBodyTextEqualTo("[0:0:0:0:0:0:0:1]:8081 ok");
        assertThat(get("/edsservice/register?endpoint=%5B::1%5D:8081"))
                .hasBodyTextEqualTo("[::1]:8081 already registered");
        assertThat(find("myservice", "[::1]:8081")).isPresent();
    }

    @Test
    void theFirstOfSeveralEndpointsCounts() {
        assertThat(get("/edsservice/register?endpoint=127.0.0.1:9003&endpoint=127.0.0.1:9004"))
                .hasBodyTextEqualTo("127.0.0.1:9003 ok");
        assertThat(find("myservice", "127.0.0.1:9004")).isEmpty();
    }

    @Test
    void registeringAgainLeavesWeightAndStateAsTheyAre() {
        HostPort target = HostPort.parse("127.0.0.1:9005");
        Endpoint drained = new Endpoint(
                new EndpointId(target.toString()), target, 7, Locality.UNKNOWN, 0, Map.of(), EndpointState.DRAINING);
        registry.register(new ServiceName("myservice"), drained, Precondition.NONE);

        assertThat(get("/edsservice/register?endpoint=127.0.0.1:9005"))
                .hasBodyTextEqualTo("127.0.0.1:9005 already registered");
        assertThat(find("myservice", "127.0.0.1:9005").orElseThrow().endpoint()).isEqualTo(drained);
    }

    @Test
    void aMissingEndpointIsNamed() {
        assertThat(get("/edsservice/register"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .isLenientlyEqualTo("{\"type\": \"urn:chancery:problem:invalid-value\", \"field\": \"endpoint\"}");
    }

    /** What the original took for an endpoint, or died of. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "1.2.3.4",
                "1.2.3.4:http",
                "1.2.3.4:0",
                "1.2.3.4:70000",
                "1.2.3.4:08081",
                "1.2.3.4:0x1F91",
                ":70000",
                ":80",
                "0x1F91",
                " 1.2.3.4:80",
                "1.2.3.4:80 ",
                "1.2.3.4:80/x",
                "[::1",
                "[::1]",
                "::1:80",
                "[1.2.3.4]:80",
                "1.2.3.4:+80",
                "1.2.3.4:٨٠",
                "1.2.3:80",
                "0.0.0.0:80",
                "224.0.0.1:80",
                "[ff02::1]:80",
                "1.2.3.4:80\n",
                "1.2.3.4:80\u0000",
                "upstream.example.com:80",
                "localhost:80"
            })
    void whatIsNotAnEndpointIsRefusedAndChangesNothing(String endpoint) {
        var before = registry.view();

        for (String call : new String[] {"register", "deregister"}) {
            assertThat(get("/edsservice/" + call + "?endpoint=" + encoded(endpoint)))
                    .hasStatus(HttpStatus.BAD_REQUEST)
                    .hasContentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
                    .bodyJson()
                    .extractingPath("detail")
                    .asString()
                    .hasSizeGreaterThan(20);
        }
        assertThat(registry.view()).isSameAs(before);
    }

    @Test
    void tenThousandCharactersAreRefusedAndNotEchoed() {
        assertThat(get("/edsservice/register?endpoint=" + "a".repeat(10_000)))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyText()
                .hasSizeLessThan(500);
    }

    @Test
    void aHostNameIsRefusedWithWhatWillTakeIt() {
        assertThat(get("/edsservice/register?endpoint=upstream.example.com:80"))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyText()
                .contains("DNS");
    }

    @ParameterizedTest
    @CsvSource({"%25zz, endpoint", "1.2.3.4:80&service=, service", "1.2.3.4:80&service=a/b, service"})
    void theParameterAtFaultIsNamed(String query, String field) {
        assertThat(get("/edsservice/register?endpoint=" + query))
                .hasStatus(HttpStatus.BAD_REQUEST)
                .bodyJson()
                .extractingPath("field")
                .isEqualTo(field);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "PUT", "DELETE", "PATCH"})
    void otherMethodsChangeNothing(String method) {
        var before = registry.view();

        assertThat(http.method(HttpMethod.valueOf(method))
                        .uri(URI.create("/edsservice/register?endpoint=127.0.0.1:9006"))
                        .exchange())
                .hasStatus(HttpStatus.METHOD_NOT_ALLOWED)
                .containsHeader("Allow");
        assertThat(registry.view()).isSameAs(before);
    }

    @Test
    void aFullServiceIsRefusedWithItsLimit() {
        for (int i = 1; i <= MAX_ENDPOINTS; i++) {
            get("/edsservice/register?service=full&endpoint=10.0.0.1:" + i);
        }

        assertThat(get("/edsservice/register?service=full&endpoint=10.0.0.2:80"))
                .hasStatus(HttpStatus.CONFLICT)
                .bodyText()
                .contains("service-full", String.valueOf(MAX_ENDPOINTS));
    }

    private Optional<RegisteredEndpoint> find(String service, String id) {
        return registry.view()
                .service(new ServiceName(service))
                .map(found -> found.endpoints().get(new EndpointId(id)));
    }

    private MvcTestResult get(String uri) {
        return http.get().uri(URI.create(uri)).exchange();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
