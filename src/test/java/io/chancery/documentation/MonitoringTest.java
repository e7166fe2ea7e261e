package io.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chancery.testing.TestingApplication;
import io.chancery.testing.TestingDocuments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is shipped for Prometheus and Grafana; what it asks of Envoys is compared with one in {@code EnvoyMonitoringIT}. */
class MonitoringTest {

    private static final Path FOLDER = Path.of("docs", "monitoring");
    private static final JsonMapper JSON = new JsonMapper();
    private static final String CHOSEN = "${datasource}";

    @Test
    void namesOfMetricsAreToldFromAllElseInAnExpression() {
        assertThat(Dashboard.metrics("sum(master) by (address)")).containsExactly("master");
        assertThat(Dashboard.metrics(
                        "60 * sum by (le) (rate(a_total{b=~\"$c\", d!=\"e\"}[$__rate_interval])) > bool f:g"))
                .containsExactly("a_total", "f:g");
        assertThat(Dashboard.metrics("a{b=\"c\"} / on (d) group_left (e) h or scalar(i) offset 5m"))
                .contains("a", "h", "i");
    }

    @Test
    void everyDashboardHasPanelsOfItsOwnWhoseDataSourceCanBeChosen() throws IOException {
        Set<String> uids = new TreeSet<>();
        List<Dashboard> dashboards = Dashboard.all();
        assertThat(dashboards).hasSizeGreaterThanOrEqualTo(3);
        for (Dashboard dashboard : dashboards) {
            String file = dashboard.file().toString();
            assertThat(uids.add(dashboard.content().path("uid").asString("")))
                    .as(file)
                    .isTrue();
            assertThat(dashboard.content().path("title").asString("")).as(file).isNotBlank();
            assertThat(dashboard.content().at("/templating/list"))
                    .as(file)
                    .anyMatch(variable -> variable.path("name").asString("").equals("datasource")
                            && variable.path("type").asString("").equals("datasource")
                            && variable.path("query").asString("").equals("prometheus"));
            assertThat(dashboard.panels())
                    .as(file)
                    .extracting(panel -> panel.path("id").asInt())
                    .doesNotContain(0)
                    .doesNotHaveDuplicates();
            assertThat(dashboard.expressions()).as(file).isNotEmpty().allMatch(expression -> !expression.isBlank());
            for (JsonNode panel : dashboard.panels()) {
                String where = file + " " + panel.path("title").asString("without a title");
                assertThat(panel.path("title").asString("")).as(where).isNotBlank();
                if (!panel.path("type").asString("").equals("row")) {
                    assertThat(panel.at("/datasource/uid").asString(""))
                            .as(where)
                            .isEqualTo(CHOSEN);
                    assertThat(panel.path("targets")).as(where).isNotEmpty();
                }
            }
        }
    }

    @Test
    void panelsDoNotOverlap() throws IOException {
        for (Dashboard dashboard : Dashboard.all()) {
            Set<String> taken = new TreeSet<>();
            for (JsonNode panel : dashboard.content().path("panels")) {
                JsonNode place = panel.path("gridPos");
                int right = place.path("x").asInt() + place.path("w").asInt();
                assertThat(right)
                        .as("%s %s", dashboard.file(), panel.path("title"))
                        .isBetween(1, 24);
                for (int x = place.path("x").asInt(); x < right; x++) {
                    for (int y = place.path("y").asInt();
                            y < place.path("y").asInt() + place.path("h").asInt();
                            y++) {
                        assertThat(taken.add(x + " " + y))
                                .as("%s %s", dashboard.file(), panel.path("title"))
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void theRedisMasterIsShownByItsAddress() throws IOException {
        assertThat(Dashboard.all())
                .filteredOn(dashboard ->
                        dashboard.content().path("title").asString("").equals("Envoy clusters"))
                .singleElement()
                .satisfies(dashboard -> assertThat(dashboard.panels())
                        .anyMatch(panel -> panel.path("title").asString("").equals("Redis master by address")
                                && panel.at("/targets/0/expr").asString("").equals("sum(master) by (address)")));
    }

    @Test
    void whatDashboardsAndAlertsAskOfChanceryIsInItsScrape() throws IOException {
        try (TestingApplication application = TestingApplication.start()) {
            application.put("/v1/manifests/RedisMaster/orders", "{\"spec\": {\"nodes\": [\"127.0.0.1:1\"]}}");
            await("the gauge of the node and the timer of the request")
                    .until(() ->
                            scrape(application).containsAll(List.of("master", "chancery_rest_requests_seconds_count")));

            List<String> absent = new ArrayList<>(Dashboard.allMetrics());
            for (JsonNode rule : yaml(FOLDER.resolve("alerts.yaml")).at("/groups/0/rules")) {
                absent.addAll(Dashboard.metrics(rule.path("expr").asString("")));
            }
            absent.removeIf(metric -> metric.startsWith("envoy_"));
            assertThat(absent).hasSizeGreaterThan(15);
            absent.removeAll(scrape(application));
            assertThat(absent).isEmpty();
        }
    }

    private static Set<String> scrape(TestingApplication application) {
        return Dashboard.scraped(
                application.send("GET", "/actuator/prometheus", "").body());
    }

    @Test
    void whatIsScrapedIsWhereChanceryAndEnvoyShowIt() throws IOException {
        JsonNode scrape = yaml(FOLDER.resolve("scrape.yaml"));

        assertThat(scrape.at("/global/scrape_interval").asString("")).isEqualTo("1s");
        assertThat(scrape.at("/scrape_configs/0/metrics_path").asString("")).isEqualTo("/actuator/prometheus");
        assertThat(scrape.at("/scrape_configs/0/static_configs/0/targets/0").asString(""))
                .isEqualTo("127.0.0.1:5000");
        assertThat(scrape.at("/scrape_configs/1/metrics_path").asString("")).isEqualTo("/stats/prometheus");
        assertThat(scrape.at("/scrape_configs/1/static_configs/0/targets/0").asString(""))
                .isEqualTo("127.0.0.1:9901");
    }

    @Test
    void grafanaIsToldOfOneDefaultDataSourceAndWhereTheDashboardsAre() throws IOException {
        Path provisioning = FOLDER.resolve("grafana").resolve("provisioning");
        JsonNode sources = yaml(provisioning.resolve("datasources/prometheus.yaml"));
        JsonNode providers = yaml(provisioning.resolve("dashboards/chancery.yaml"));

        assertThat(sources.path("apiVersion").asInt()).isEqualTo(1);
        assertThat(sources.path("datasources")).hasSize(1);
        assertThat(sources.at("/datasources/0/type").asString("")).isEqualTo("prometheus");
        assertThat(sources.at("/datasources/0/isDefault").asBoolean()).isTrue();
        assertThat(providers.path("apiVersion").asInt()).isEqualTo(1);
        assertThat(providers.at("/providers/0/type").asString("")).isEqualTo("file");
        assertThat(providers.at("/providers/0/options/path").asString("")).isNotBlank();
    }

    private static JsonNode yaml(Path file) throws IOException {
        return JSON.readTree(TestingDocuments.ofYaml(Files.readString(file)).getFirst());
    }
}
