package io.chancery.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.testing.TestingManifests;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A real Envoy looks at all that nodes would be sent. */
class EnvoyValidationIT {

    private static final String MANAGER =
            "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
    private static final String ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router";

    @Test
    void whatIsRightIsAccepted() {
        assertAccepted(
                TestingManifests.listener(),
                TestingManifests.routes("cart"),
                TestingManifests.cluster("cart"),
                TestingManifests.assignment("cart", "127.0.0.1:80"));
    }

    @Test
    void nothingIsAccepted() {
        assertThat(verdict()).isInstanceOf(EnvoyVerdict.Accepted.class);
    }

    @Test
    void whatIsNotThereYetIsLeftToBeFetched() {
        assertAccepted(TestingManifests.listener(), TestingManifests.cluster("cart"));
    }

    @Test
    void aRouteTableIsLookedAtInItsListener() {
        String routes = TestingManifests.routes("cart")
                .replace("\"match\": {\"prefix\": \"/\"}", "\"match\": {\"safe_regex\": {\"regex\": \"(unclosed\"}}");

        assertThat(refusal(TestingManifests.listener(), routes)).contains("unclosed");
    }

    @Test
    void aRouteTableThatNoListenerNamesIsLookedAtToo() {
        String routes = TestingManifests.routes("cart")
                .replace("\"match\": {\"prefix\": \"/\"}", "\"match\": {\"safe_regex\": {\"regex\": \"(unclosed\"}}");

        assertThat(refusal(routes)).contains("unclosed");
        assertAccepted(TestingManifests.routes("cart"));
    }

    @Test
    void aVirtualHostIsLookedAtInItsTableOrByItself() {
        String host = TestingManifests.resource("host", """
                {"@type": "type.googleapis.com/envoy.config.route.v3.VirtualHost", "name": "routes/shop",
                 "domains": ["shop"], "routes": [{"match": {"safe_regex": {"regex": "%s"}}, "route": {"cluster": "cart"}}]}""");
        String table = TestingManifests.resource("table", """
                {"@type": "type.googleapis.com/envoy.config.route.v3.RouteConfiguration", "name": "routes",
                 "vhds": {"config_source": {"ads": {}, "resource_api_version": "V3"}}}""");

        assertThat(refusal(host.formatted("(unclosed"))).contains("unclosed");
        assertThat(refusal(TestingManifests.listener(), table, host.formatted("(unclosed")))
                .contains("unclosed");
        assertAccepted(TestingManifests.listener(), table, host.formatted("/.*"));
    }

    @Test
    void aScriptIsCompiled() {
        String listener = TestingManifests.listener().replace("\"http_filters\": [", """
                        "http_filters": [{"name": "lua", "typed_config": {
                          "@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
                          "default_source_code": {"inline_string": "function envoy_on_request("}}},""");

        assertThat(refusal(listener)).contains("script load error");
    }

    @Test
    void aFilterThatComesByItselfIsLookedAtWhereItIsNamed() {
        String listener = TestingManifests.listener().replace("\"http_filters\": [", """
                "http_filters": [{"name": "script", "config_discovery": {
                  "config_source": {"ads": {}, "resource_api_version": "V3"},
                  "type_urls": ["type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua"]}},""");
        String filter = TestingManifests.resource("script", """
                {"@type": "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "name": "script",
                 "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua",
                   "default_source_code": {"inline_string": "%s"}}}""");

        assertThat(refusal(listener, filter.formatted("function ("))).contains("script load error");
        assertAccepted(listener, filter.formatted("x = 1"));
        assertAccepted(listener);
    }

    @Test
    void aCertificateIsLookedAtWithItsKeyWhichIsNeverShown() {
        String listener = TestingManifests.resource("tls", """
                {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "tls",
                 "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
                 "filter_chains": [{"transport_socket": {"name": "tls", "typed_config": {
                     "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
                     "common_tls_context": {"tls_certificate_sds_secret_configs": [{"name": "pair",
                       "sds_config": {"ads": {}, "resource_api_version": "V3"}}]}}},
                   "filters": [{"name": "http", "typed_config": {"@type": "%s", "stat_prefix": "tls",
                     "route_config": {"name": "r"}, "http_filters": [{"name": "router", "typed_config":
                       {"@type": "%s"}}]}}]}]}""".formatted(MANAGER, ROUTER));
        String pair = TestingManifests.resource("pair", """
                {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", "name": "pair",
                 "tls_certificate": {"certificate_chain": {"inline_string": "no chain"},
                   "private_key": {"inline_string": "THE-PRIVATE-KEY"}}}""");

        assertThat(refusal(listener, pair)).doesNotContain("THE-PRIVATE-KEY");
        assertAccepted(listener);
    }

    @Test
    void twoListenersAtOneAddressAreRefused() {
        String one = TestingManifests.listener().replace("\"port_value\": 0", "\"port_value\": 10000");
        String two = one.replace("listener-ingress", "other").replace("\"name\": \"ingress\"", "\"name\": \"other\"");

        assertThat(refusal(one, two)).contains("duplicate");
    }

    @Test
    void runtimeLayersAndScopesAreAccepted() {
        assertAccepted(
                TestingManifests.resource("rollout", """
                        {"@type": "type.googleapis.com/envoy.service.runtime.v3.Runtime", "name": "rollout",
                         "layer": {"upstream.healthy_panic_threshold": 30}}"""),
                TestingManifests.resource("scope", """
                        {"@type": "type.googleapis.com/envoy.config.route.v3.ScopedRouteConfiguration", "name": "scope",
                         "route_configuration_name": "routes", "key": {"fragments": [{"string_key": "a"}]}}"""),
                TestingManifests.routes("cart"));
    }

    private static void assertAccepted(String... documents) {
        EnvoyVerdict verdict = verdict(documents);
        assertThat(verdict).as("%s", verdict).isInstanceOf(EnvoyVerdict.Accepted.class);
    }

    private static String refusal(String... documents) {
        return assertInstanceOf(EnvoyVerdict.Refused.class, verdict(documents)).words();
    }

    private static EnvoyVerdict verdict(String... documents) {
        return TestingValidation.of(
                documents.length == 0
                        ? List.of()
                        : TestingResources.of(documents).values());
    }
}
