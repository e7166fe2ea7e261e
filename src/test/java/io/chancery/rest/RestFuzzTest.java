package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.documentation.RunningServer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Good requests, damaged at random: there is an answer, it is never a 5xx, and the next good request works. */
@RunningServer
class RestFuzzTest {

    private static final int REQUESTS = 150;

    private static final String[] TARGETS = {
        "GET /edsservice/register?endpoint=10.0.0.1:80&service=fuzz",
        "POST /edsservice/deregister?endpoint=%5B::1%5D:80",
        "GET /v1/services?limit=10&after=a",
        "GET /v1/services/fuzz",
        "DELETE /v1/services/fuzz",
        "GET /v1/services/fuzz/endpoints?limit=1000&after=10.0.0.1:80",
        "GET /v1/services/fuzz/endpoints/10.0.0.1:80",
        "PUT /v1/services/fuzz/endpoints/10.0.0.1:80",
        "PATCH /v1/services/fuzz/endpoints/10.0.0.1:80",
        "DELETE /v1/services/fuzz/endpoints/10.0.0.1:80",
        "DELETE /v1/services/fuzz/endpoints/10.0.0.1:80?drain=1s&force=true",
        "POST /v1/services/fuzz/drain?drain=1s",
        "PUT /v1/services/fuzz/endpoints/10.0.0.1:80/lease",
        "PUT /v1/services/fuzz/endpoints/10.0.0.1:80/health",
        "DELETE /v1/services/fuzz/endpoints/10.0.0.1:80/health",
        "PUT /v1/instances/fuzz/lease",
        "GET /v1/preservation",
        "DELETE /v1/preservation/fuzz",
        "POST /v1/registrations",
        "GET /v1/manifests?kind=Resource&limit=10&after=Resource/a",
        "GET /v1/manifests/Resource/fuzz",
        "PUT /v1/manifests/Resource/fuzz",
        "PUT /v1/manifests/Service/fuzz",
        "DELETE /v1/manifests/Resource/fuzz",
        "POST /v1/apply",
        "POST /v1/apply?dryRun=true&prune=a=b&force=true",
        "PUT /v1/manifests/Resource/fuzz?dryRun=true&deep=false",
        "GET /v1/history?kind=Resource&name=fuzz&author=ada&limit=5&after=9",
        "GET /v1/history/3",
        "POST /v1/history/3/revert?force=true",
        "GET /v1/runtime?limit=10&after=a",
        "GET /v1/runtime/fuzz",
        "PUT /v1/runtime/fuzz",
        "PATCH /v1/runtime/fuzz",
        "DELETE /v1/runtime/fuzz",
        "GET /v1/runtime/fuzz/shuffle_sharding.total_hosts",
        "PUT /v1/runtime/fuzz/shuffle_sharding.total_hosts",
        "PATCH /v1/runtime/fuzz/a.b?dryRun=true",
        "DELETE /v1/runtime/fuzz/a.b",
        "GET /actuator/health"
    };
    private static final String RESOURCE = """
            {"kind": "Resource", "name": "fuzz", "ttl": "3.5s", "labels": {"a": "b"},
             "nodes": {"id": ["a*", "b"], "metadata": {"a.b": 1e3}, "locality": {"region": "eu", "zone": "a"}},
             "spec": {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "xdstp://a/b?d=1&c=2",
              "per_connection_buffer_limit_bytes": 1024, "use_original_dst": true, "traffic_direction": "INBOUND",
              "metadata": {"filter_metadata": {"x": {"y": [1, null, "z", {}]}}}, "listener_filters_timeout": "1.5s",
              "filter_chains": [{"filters": [{"name": "f", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                "stat_prefix": "f", "cluster": "c"}}]}]}}""";

    private static final String[] BODIES = {
        "",
        "{}",
        "{\"weight\": 3, \"priority\": 1, \"state\": \"draining\", \"metadata\": {\"a\": \"b\"}}",
        "{\"address\": \"10.0.0.1\", \"port\": 80, \"locality\": {\"region\": \"eu\", \"zone\": \"a\"}, \"revision\": 3}",
        "{\"register\": [{\"service\": \"fuzz\", \"address\": \"10.0.0.2\", \"port\": 80, \"id\": \"x\"}],"
                + " \"deregister\": [{\"service\": \"fuzz\", \"id\": \"10.0.0.1:80\"}]}",
        RESOURCE,
        "{\"values\": {\"a\": {\"b\": 1, \"c\": {\"numerator\": 5, \"denominator\": \"HUNDRED\"}}, \"d.e\": \"12.5%\","
                + " \"f\": null}, \"order\": 3, \"layer\": \"x\", \"fallback\": {\"a.b\": true}, \"nodes\": {\"id\": \"a\"}}",
        "{\"value\": 8}",
        "{\"spec\": {\"endpointDiscovery\": \"leds\"}}",
        "kind: Service\nname: fuzz\nlabels: &l {a: b}\nspec: {endpointDiscovery: leds}\n---\n- *l\n- \"x\\u0041\"\n- |\n  text\n",
        "[" + RESOURCE + ", {\"kind\": \"Service\", \"name\": \"fuzz\", \"delete\": true}]"
    };
    private static final String[] HEADERS = {
        "Content-Type: application/json",
        "Content-Type: application/merge-patch+json",
        "Accept: application/json",
        "If-Match: \"r3\"",
        "If-Match: *",
        "If-None-Match: *",
        "X-Author: ada",
        "X-Reason: it is slow",
        "Content-Type: application/yaml",
        "Accept: application/yaml, */*;q=0.1",
        "If-None-Match: \"r1\""
    };
    private static final String[] MORSELS = {
        "null",
        "-1",
        "1e999",
        "99999999999999999999",
        "\u0000",
        "\r\n",
        "%00",
        "%zz",
        "%2e%2e/",
        "../",
        "//",
        ";",
        "[",
        "{",
        "}",
        "\"",
        "'",
        "\\",
        "\u00ff\u00fe",
        " ",
        "\t",
        "?",
        "#",
        "&",
        "=",
        "*",
        "NaN",
        "true",
        "*l",
        "&l ",
        "<<: ",
        "!!str ",
        "- ",
        "\n---\n",
        "\"port\": \"x\","
    };

    private static final String GOOD = "GET /edsservice/register?endpoint=10.0.0.1:80&service=good HTTP/1.1\r\n";

    @LocalServerPort
    private int port;

    static LongStream seeds() {
        return new SplittableRandom(0xF022).longs(9);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void damagedRequestsAreAnsweredAndDoNoHarm(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);

        for (int i = 0; i < REQUESTS; i++) {
            byte[] request = request(random);
            RawHttp.Answer answer = RawHttp.exchange(port, request);
            assertThat(answer.status())
                    .as("answer %s to %s", answer.text(), Arrays.toString(request))
                    .satisfiesAnyOf(
                            status -> assertThat(status).isLessThan(500),
                            // The transfer encoding or the HTTP version was hit.
                            status -> assertThat(status).isEqualTo(501));
            if (answer.status() >= 400) {
                assertThat(answer.text()).contains("urn:chancery:problem:");
            }
        }
        assertThat(RawHttp.exchange(port, GOOD + "Host: a\r\nConnection: close\r\n\r\n")
                        .status())
                .isEqualTo(200);
    }

    private static byte[] request(SplittableRandom random) {
        StringBuilder target = new StringBuilder(pick(random, TARGETS));
        StringBuilder body = new StringBuilder(pick(random, BODIES));
        StringBuilder headers = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            headers.append(pick(random, HEADERS)).append("\r\n");
        }
        switch (random.nextInt(4)) {
            case 0 -> damage(random, target);
            case 1 -> damage(random, headers);
            default -> damage(random, body);
        }
        String length = random.nextInt(10) == 0
                ? "Transfer-Encoding: chunked\r\n"
                : "Content-Length: " + body.length() + "\r\n";
        String sent = length.startsWith("T")
                ? Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n"
                : body.toString();
        return (target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + length + headers + "\r\n" + sent)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Cuts, doubles, replaces or inserts, once to three times. */
    private static void damage(SplittableRandom random, StringBuilder text) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            int from = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), from + random.nextInt(8));
            switch (random.nextInt(4)) {
                case 0 -> text.delete(from, to);
                case 1 -> text.insert(from, text.substring(from, to).repeat(1 + random.nextInt(50)));
                case 2 -> text.replace(from, to, pick(random, MORSELS));
                default -> text.insert(from, pick(random, MORSELS));
            }
        }
    }

    private static String pick(SplittableRandom random, String[] from) {
        return from[random.nextInt(from.length)];
    }
}
