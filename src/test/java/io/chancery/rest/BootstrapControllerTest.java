package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.testing.TestingApplication;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class BootstrapControllerTest {

    private static TestingApplication application;

    @BeforeAll
    static void start() {
        application = TestingApplication.start();
    }

    @AfterAll
    static void stop() {
        application.close();
    }

    @Test
    void untilItHearsOthersAnEnvoyHasTheValuesOfItsLayersAsTheyAreNow() {
        application.put("/v1/manifests/RuntimeLayer/common", "{\"spec\": {\"values\": {\"a.size\": 2, \"b\": true}}}");
        application.put("/v1/manifests/RuntimeLayer/edge", "{\"spec\": {\"values\": {\"a.size\": 3}}}");
        application.put(
                "/v1/manifests/RuntimeLayer/others",
                "{\"nodes\": {\"id\": \"x\"}, \"spec\": {\"values\": {\"a.size\": 4}}}");

        String file = application
                .send("GET", "/v1/bootstrap?node=edge-1&layers=common,edge,others", "")
                .body();

        String fallback = file.substring(file.indexOf("- name: static"), file.indexOf("- name: common"));
        assertThat(fallback).contains("a.size: 3\n", "b: true").doesNotContain("4");
    }

    @Test
    void aNodeAsksForTheLayersThatAreForItInTheirOrderUnlessItsFileIsToNameOthers() {
        application.put("/v1/runtime/z-base", "{\"order\": -5, \"nodes\": {\"id\": \"shard-1\"}, \"values\": {}}");
        application.put("/v1/runtime/of-shards", """
                {"layer": "runtime", "order": 900, "nodes": {"id": "shard-*"}, "values": {"shuffle_sharding.total_hosts": 12},
                 "fallback": {"shuffle_sharding": {"total_hosts": 8, "default_shard_size": 2}}}""");
        application.put("/v1/runtime/runtime", "{\"values\": {\"shuffle_sharding.total_hosts\": 99}, \"order\": -9}");
        application.put("/v1/runtime/of-teams", "{\"nodes\": {\"metadata\": {\"team\": \"blue\"}}, \"values\": {}}");

        String file = application
                .send("GET", "/v1/bootstrap?node=shard-1&cluster=shards", "")
                .body();

        assertThat(file.indexOf("- name: static")).isNotNegative().isLessThan(file.indexOf("- name: z-base"));
        assertThat(file.indexOf("- name: z-base")).isNotNegative().isLessThan(file.indexOf("- name: runtime"));
        assertThat(file.indexOf("- name: runtime")).isLessThan(file.indexOf("- name: admin"));
        assertThat(file)
                .contains("shuffle_sharding.total_hosts: 8\n", "shuffle_sharding.default_shard_size: 2\n")
                .doesNotContain("of-shards", "of-teams", "total_hosts: 99", "total_hosts: 12");
        assertThat(application
                        .send("GET", "/v1/bootstrap?node=shard-1&layers=", "")
                        .body())
                .doesNotContain("rtds_layer", "shuffle_sharding");
    }

    @Test
    void aNodeFindsChanceryWhereItAskedForItsFile() {
        HttpResponse<String> answer = application.send("GET", "/v1/bootstrap?node=edge-1", "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/yaml"));
        assertThat(answer.body())
                .startsWith("# An Envoy that asks Chancery")
                .contains("id: edge-1", "cluster: default", "port_value: " + application.xdsPort(), "port_value: 9901");
    }

    @Test
    void whatIsAskedForIsInTheFile() {
        HttpResponse<String> answer = application.send(
                "GET",
                "/v1/bootstrap?node=%C3%BC&cluster=edge&xds=xds.example.com:443&admin=0.0.0.0:19000&layers=common,edge"
                        + "&region=eu&zone=a&subZone=1",
                "");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains(
                        "id: ü",
                        "cluster: edge",
                        "address: xds.example.com",
                        "port_value: 443",
                        "type: STRICT_DNS",
                        "address: 0.0.0.0",
                        "port_value: 19000",
                        "name: common",
                        "sub_zone: '1'");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | node",
                "node= | node",
                "node=a&cluster= | cluster",
                "node=a&xds=nowhere | xds",
                "node=a&admin=nowhere | admin",
                "node=a&layers=admin | layers",
                "node=a&zone=b | region",
                "node=a&region=%20 | region",
                "node=a&nodes=b | query"
            })
    void whatCannotBeIsRefusedWithItsName(String query, String field) {
        HttpResponse<String> answer = application.send("GET", "/v1/bootstrap?" + query, "");

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode problem = application.get("/v1/bootstrap?" + query);
        assertThat(problem.get("type").stringValue()).isEqualTo("urn:chancery:problem:invalid-value");
        assertThat(problem.get("field").stringValue()).isEqualTo(field);
    }
}
