package io.chancery.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.YamlDocuments;
import io.chancery.manifest.YamlResult;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class PlainConfigTest {

    static final String CONFIG = """
            name: test_config
            spec:
              listeners:
                - name: listener_0
                  address: 0.0.0.0
                  port: 9000
                  routes:
                    - name: later
                      prefix: /shop
                      clusters: [echo, blue]
                    - name: all
                      prefix: /
                      clusters: [echo]
                - name: listener_1
                  address: "::1"
                  port: 9001
                  routes:
                    - prefix: /
                      clusters: [elsewhere]
              clusters:
                - name: echo
                  endpoints:
                    - {address: 127.0.0.1, port: 9101}
                    - {address: 127.0.0.1, port: 9102}
                - name: blue
            """;

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void everyListenerHasRoutesOfItsOwnInTheOrderOfTheFile() {
        JsonNode routes = spec("test_config.listener.listener_0.routes");

        assertThat(routes.get("name").stringValue()).isEqualTo("listener_0");
        assertThat(routes.at("/virtual_hosts/0/routes")).isEqualTo(JSON.readTree("""
                [{"name": "later", "match": {"prefix": "/shop"}, "route": {"weighted_clusters": {"clusters":
                   [{"name": "echo", "weight": 1}, {"name": "blue", "weight": 1}]}}},
                 {"name": "all", "match": {"prefix": "/"}, "route": {"cluster": "echo"}}]"""));
        assertThat(spec("test_config.listener.listener_1.routes")
                        .at("/virtual_hosts/0/routes/0/route/cluster")
                        .stringValue())
                .isEqualTo("elsewhere");
    }

    @Test
    void aListenerTakesItsRoutesByItsName() {
        JsonNode listener = spec("test_config.listener.listener_1");

        assertThat(listener.at("/address/socket_address"))
                .isEqualTo(JSON.readTree("{\"address\": \"::1\", \"port_value\": 9001}"));
        assertThat(listener.at("/filter_chains/0/filters/0/typed_config/rds/route_config_name")
                        .stringValue())
                .isEqualTo("listener_1");
    }

    @Test
    void aClusterHasItsEndpointsByItsName() {
        assertThat(spec("test_config.cluster.echo").get("type").stringValue()).isEqualTo("EDS");
        assertThat(spec("test_config.cluster.echo.endpoints").at("/endpoints/0/lb_endpoints"))
                .hasSize(2);
        assertThat(spec("test_config.cluster.blue.endpoints").has("endpoints")).isFalse();
    }

    @Test
    void whatItBecomesIsAllowed() {
        for (ObjectNode manifest : read(CONFIG).manifests()) {
            assertInstanceOf(DocumentResult.Read.class, Documents.read(0, manifest), manifest.toString());
        }
    }

    @Test
    void aManifestIsNotTakenForIt() {
        assertThat(PlainConfig.isOne(yaml("{kind: Service, name: a, spec: {listeners: []}}")))
                .isFalse();
        assertThat(PlainConfig.isOne(yaml("{name: a, spec: {endpointDiscovery: eds}}")))
                .isFalse();
        assertThat(PlainConfig.isOne(yaml("{name: a, spec: {clusters: []}}"))).isTrue();
    }

    @ParameterizedTest(name = "{1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'name: test_config' | name | must be given |",
                "'- name: listener_1' | spec.listeners[1].name | must be given | '- '",
                "listener_1 | spec.listeners[1].name | another one | listener_0",
                "'address: 0.0.0.0' | spec.listeners[0].address | IP address |",
                "'address: 127.0.0.1, port: 9101' | spec.clusters[0].endpoints[0].address | IP address | 'address: localhost, port: 9101'",
                "'127.0.0.1, port: 9101' | spec.clusters[0].endpoints[0].address | IP address | '0.0.0.0, port: 9101'",
                "'port: 9000' | spec.listeners[0].port | 1..65535 | 'port: 70000'",
                "'port: 9000' | spec.listeners[0].port | 1..65535 | 'port: \"9000\"'",
                "'prefix: /shop' | spec.listeners[0].routes[0].prefix | begins with / | 'prefix: shop'",
                "'[echo, blue]' | spec.listeners[0].routes[0].clusters | at least one | '[]'",
                "'[echo, blue]' | spec.listeners[0].routes[0].clusters | list of names | '[1]'",
                "'name: later' | spec.listeners[0].routes[0].name | string | 'name: 7'",
                "'name: later' | spec.listeners[0].routes[0].nam | is not a field | 'nam: later'",
                "'name: blue' | spec.clusters[1].name | letters | 'name: b/lue'",
                "'name: blue' | spec.clusters[1] | object | blue"
            })
    void aFaultHasItsPlace(String text, String place, String reason, @Nullable String instead) {
        PlainConfig config = read(CONFIG.replaceFirst("\\Q" + text + "\\E", instead == null ? "" : instead));

        assertThat(config.faults()).containsOnlyKeys(place);
        assertThat(config.faults().get(place)).contains(reason);
        assertThat(config.manifests()).isEmpty();
    }

    @Test
    void aListenerWithoutRoutesIsRefusedWithItsName() {
        for (String routes : List.of("", ", routes: []", ", routes: null")) {
            PlainConfig config =
                    read("{name: x, spec: {listeners: [{name: lonely, address: 0.0.0.0, port: 1" + routes + "}]}}");

            assertThat(config.faults()).containsOnlyKeys("spec.listeners[0].routes");
            assertThat(config.faults().get("spec.listeners[0].routes")).contains("lonely");
        }
    }

    private static JsonNode spec(String manifest) {
        return read(CONFIG).manifests().stream()
                .filter(document -> document.get("name").stringValue().equals(manifest))
                .findFirst()
                .orElseThrow()
                .get("spec");
    }

    private static PlainConfig read(String yaml) {
        return PlainConfig.read(yaml(yaml));
    }

    private static JsonNode yaml(String text) {
        return assertInstanceOf(YamlResult.Read.class, YamlDocuments.read(text))
                .documents()
                .getFirst()
                .content();
    }
}
