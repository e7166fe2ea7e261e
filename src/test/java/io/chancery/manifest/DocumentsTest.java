package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.spec.EndpointDiscovery;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TestingSpecs;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DocumentsTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static final String HTTP_LISTENER = """
            {"kind": "Resource", "name": "edge", "labels": {"team": "blue"}, "nodes": {"id": ["edge-*", "edge-1"],
             "cluster": "edge", "metadata": {"team.name": "blue", "n": 3, "b": true}, "locality": {"region": "eu"}},
             "spec": {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "edge",
              "address": {"socket_address": {"address": "127.0.0.1", "port_value": 8080}},
              "filter_chains": [{"filters": [{"name": "http", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                "stat_prefix": "edge",
                "rds": {"route_config_name": "edge", "config_source": {"ads": {}, "resource_api_version": "V3"}},
                "http_filters": [{"name": "router", "typed_config": {
                  "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}}]}]}}""";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            CLUSTER          | "name": "x"
            ENDPOINT         | "cluster_name": "x"
            LISTENER         | "name": "x"
            ROUTE            | "name": "x"
            SCOPED_ROUTE     | "name": "x", "route_configuration_name": "r", "key": {"fragments": [{"string_key": "k"}]}
            SECRET           | "name": "x"
            RUNTIME          | "name": "x", "layer": {"a": {"b": 1}}
            EXTENSION_CONFIG | "name": "x", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}
            """)
    void eachTypeHasItsNameWhereItsMessageHasIt(ResourceType type, String fields) {
        Spec.RawResource resource = resource(type, fields);

        assertThat(resource.type()).isEqualTo(type);
        assertThat(resource.resourceName()).isEqualTo("x");
        assertThat(resource.ttl()).isEmpty();
    }

    @Test
    void aVirtualHostIsNamedAfterItsRouteConfiguration() {
        assertThat(resource(ResourceType.VIRTUAL_HOST, "\"name\": \"edge/shop\", \"domains\": [\"shop\"]")
                        .resourceName())
                .isEqualTo("edge/shop");
        for (String wrong : List.of("shop", "/shop", "edge/")) {
            assertThat(faults(document(
                            ResourceType.VIRTUAL_HOST, "\"name\": \"" + wrong + "\", \"domains\": [\"shop\"]")))
                    .singleElement()
                    .satisfies(fault -> assertThat(fault.path()).isEqualTo("spec.name"))
                    .satisfies(fault ->
                            assertThat(fault.reason()).startsWith("must be <route configuration>/<host>, for example"));
        }
    }

    @Test
    void anXdstpNameIsKnownByItsCanonicalSpelling() {
        assertThat(resource(ResourceType.CLUSTER, "\"name\": \"xdstp://a/envoy.config.cluster.v3.Cluster/x?b=2&a=1\"")
                        .resourceName())
                .isEqualTo("xdstp://a/envoy.config.cluster.v3.Cluster/x?a=1&b=2");
    }

    @Test
    void whatWasWrittenIsReadAsTheSame() {
        Manifest manifest = manifest(HTTP_LISTENER);

        assertThat(manifest(Documents.complete(manifest).toString())).isEqualTo(manifest);
        assertThat(manifest(Documents.redacted(manifest).toString())).isEqualTo(manifest);
        assertThat(JSON.readTree(Documents.complete(manifest).toString()))
                .isEqualTo(JSON.readTree(HTTP_LISTENER.replace("\"n\": 3", "\"n\": 3.0")));
    }

    @Test
    void bothSpellingsOfAFieldAreTheSame() {
        assertThat(resource(ResourceType.CLUSTER, "\"name\": \"x\", \"connectTimeout\": \"2s\"")
                        .content())
                .isEqualTo(resource(ResourceType.CLUSTER, "\"name\": \"x\", \"connect_timeout\": \"2s\"")
                        .content());
    }

    @Test
    void aTimeToLiveIsInSeconds() {
        assertThat(ttl("\"1s\"")).contains(Duration.ofSeconds(1));
        assertThat(ttl("\"1.5s\"")).contains(Duration.ofMillis(1_500));
        assertThat(ttl("\"86400s\"")).contains(Duration.ofHours(24));
        assertThat(Documents.complete(
                                manifest("{\"kind\": \"Resource\", \"name\": \"x\", \"ttl\": \"1.50s\", \"spec\": "
                                        + spec(ResourceType.CLUSTER, "\"name\": \"x\"") + "}"))
                        .get("ttl")
                        .stringValue())
                .isEqualTo("1.5s");
        for (String wrong : List.of("\"0.9s\"", "\"86401s\"", "\"30\"", "30", "\"-1s\"", "null")) {
            assertThat(faults("{\"kind\": \"Resource\", \"name\": \"x\", \"ttl\": " + wrong + ", \"spec\": "
                            + spec(ResourceType.CLUSTER, "\"name\": \"x\"") + "}"))
                    .as(wrong)
                    .containsExactly(new Fault(3, "ttl", "must be 1s to 86400s, for example \"30s\""));
        }
    }

    @Test
    void aServiceSaysHowItsEndpointsAreFound() {
        assertThat(manifest(
                                "{\"kind\": \"Service\", \"name\": \"orders\", \"spec\": {\"endpointDiscovery\": \"leds\"}}")
                        .spec())
                .isEqualTo(TestingSpecs.service(EndpointDiscovery.LEDS));
        assertThat(manifest("{\"kind\": \"Service\", \"name\": \"orders\", \"spec\": {\"endpointDiscovery\": \"eds\"}}")
                        .spec())
                .isEqualTo(TestingSpecs.service(EndpointDiscovery.EDS));
    }

    @Test
    void aRemovalNamesOnlyWhatGoes() {
        assertThat(Documents.read(0, JSON.readTree("{\"kind\": \"Service\", \"name\": \"a\", \"delete\": true}")))
                .isEqualTo(new DocumentResult.Read(
                        new Change.Delete(new ManifestKey(ManifestKind.SERVICE, "a"), Precondition.NONE)));
        assertThat(faults("{\"kind\": \"Service\", \"name\": \"a\", \"delete\": true, \"spec\": {}}"))
                .extracting(Fault::path)
                .containsExactly("spec");
        assertThat(faults("{\"kind\": \"Service\", \"name\": \"a\", \"delete\": false}"))
                .extracting(Fault::path)
                .containsExactly("delete");
    }

    @Test
    void aRevisionIsAPrecondition() {
        assertThat(Documents.read(
                        0,
                        JSON.readTree("{\"kind\": \"Service\", \"name\": \"a\", \"delete\": true, \"revision\": 7}")))
                .isEqualTo(new DocumentResult.Read(new Change.Delete(
                        new ManifestKey(ManifestKind.SERVICE, "a"), new Precondition.At(new Revision(7)))));
        assertThat(faults("{\"kind\": \"Service\", \"name\": \"a\", \"delete\": true, \"revision\": -1}"))
                .extracting(Fault::path)
                .containsExactly("revision");
    }

    /** One document with many faults: each is said, with its place. */
    @Test
    void allFaultsAreGivenWithTheirPlaces() {
        String document = """
                {"kind": "Resource", "name": "edge", "extra": 1, "labels": {"a": 1}, "nodes": {"id": ["a", 3], "zone": "x"},
                 "spec": {"@type": "type.googleapis.com/envoy.config.listener.v3.Listener", "name": "edge", "adress": {},
                  "traffic_direction": "SIDEWAYS", "tcp_backlog_size": -1, "perConnectionBufferLimitBytes": 1,
                  "per_connection_buffer_limit_bytes": 2, "listener_filters_timeout": "soon", "reuse_port": "yes",
                  "filter_chains": [{"filters": [{"name": "http", "typed_config": {
                    "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
                    "stat_prefix": 7, "cluster": "a", "weighted_clusters": {}, "nonsense": {}}}, {"typed_config": {
                    "@type": "type.googleapis.com/envoy.Unknown"}}]}]}}""";

        assertThat(faults(document))
                .extracting(Fault::document, Fault::path, Fault::reason)
                .map(tuple -> tuple.toList().get(1) + " " + tuple.toList().get(2))
                .containsExactlyInAnyOrder(
                        "extra is not a field; there are kind, name, nodes, labels, ttl, spec, revision",
                        "labels.a must be a string",
                        "nodes.id[1] must be a string",
                        "nodes.zone is not a field; there are cluster, id, locality, metadata",
                        "spec.adress is not a field of envoy.config.listener.v3.Listener; perhaps address is meant",
                        "spec.traffic_direction must be one of UNSPECIFIED, INBOUND, OUTBOUND",
                        "spec.tcp_backlog_size must be a whole number from 0 to 4294967295",
                        "spec.per_connection_buffer_limit_bytes must be given once, in one of its two spellings",
                        "spec.listener_filters_timeout must be a duration in seconds, for example \"2.5s\"",
                        "spec.reuse_port must be true or false",
                        "spec.filter_chains[0].filters[0].typed_config.stat_prefix must be a string",
                        "spec.filter_chains[0].filters[0].typed_config.weighted_clusters must not be given together"
                                + " with cluster",
                        "spec.filter_chains[0].filters[0].typed_config.nonsense is not a field of"
                                + " envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy; Envoy's API reference lists"
                                + " the 19 that there are",
                        "spec.filter_chains[0].filters[1].typed_config.@type must be type.googleapis.com/ and the name"
                                + " of a message of Envoy's v3 API that this version knows");
    }

    @Test
    void theRulesOfEnvoysApiAreCheckedAlsoInsideOfAny() {
        assertThat(faults(HTTP_LISTENER
                        .replace("\"port_value\": 8080", "\"port_value\": 80800")
                        .replace("\"stat_prefix\": \"edge\"", "\"stat_prefix\": \"\"")))
                .map(fault -> fault.path() + " " + fault.reason())
                .containsExactlyInAnyOrder(
                        "spec.address.socket_address.port_value must be less than or equal to 65535",
                        "spec.filter_chains[0].filters[0].typed_config.stat_prefix length must be at least 1");
    }

    @Test
    void aNameMustBeGiven() {
        assertThat(faults(document(ResourceType.CLUSTER, "\"connect_timeout\": \"1s\"")))
                .containsExactly(new Fault(3, "spec.name", "must be given: nodes know the resource by it"));
        assertThat(faults(document(ResourceType.ENDPOINT, "\"endpoints\": []")))
                .extracting(Fault::path)
                .containsExactly("spec.cluster_name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []                                                                  | ''
            {}                                                                  | kind,name
            {"kind": "Cluster", "name": "a", "spec": {}}                        | kind
            {"kind": "Resource", "name": "-a"}                                  | name
            {"kind": "Resource", "name": "a/b"}                                 | name
            {"kind": "Resource", "name": 7}                                     | name
            {"kind": "Resource", "name": "a"}                                   | spec
            {"kind": "Resource", "name": "a", "spec": []}                       | spec
            {"kind": "Resource", "name": "a", "spec": {}}                       | spec.@type
            {"kind": "Resource", "name": "a", "spec": {"@type": "type.googleapis.com/envoy.config.endpoint.v3.LbEndpoint"}} | spec.@type
            {"kind": "Resource", "name": "a", "spec": {"@type": "type.googleapis.com/envoy.api.v2.Cluster"}} | spec.@type
            {"kind": "Service", "name": "a", "spec": {"dns": {}}}               | spec.dns.hosts
            {"kind": "Service", "name": "a", "spec": {"endpointDiscovery": "x"}} | spec.endpointDiscovery
            {"kind": "Service", "name": "a", "spec": {"endpointDiscovery": "eds", "lb": 1}} | spec.lb
            {"kind": "Service", "name": "a", "ttl": "3s", "spec": {"endpointDiscovery": "eds"}} | ttl
            {"kind": "Service", "name": "a", "nodes": {}, "spec": {"endpointDiscovery": "eds"}} | nodes
            {"kind": "Service", "name": "a", "nodes": {"id": []}, "spec": {"endpointDiscovery": "eds"}} | nodes.id
            {"kind": "Service", "name": "a", "nodes": {"id": ["a*b"]}, "spec": {"endpointDiscovery": "eds"}} | nodes.id[0]
            {"kind": "Service", "name": "a", "nodes": {"metadata": {"a": {}}}, "spec": {"endpointDiscovery": "eds"}} | nodes.metadata.a
            {"kind": "Service", "name": "a", "nodes": {"locality": {"zone": "b"}}, "spec": {"endpointDiscovery": "eds"}} | nodes.locality.region
            {"kind": "Service", "name": "a", "labels": {"!": ""}, "spec": {"endpointDiscovery": "eds"}} | labels
            """)
    void whatIsNoDocumentIsRefusedWithItsPlace(String document, String places) {
        assertThat(faults(document)).extracting(Fault::path).containsExactly(places.split(",", -1));
    }

    @Test
    void aServicesNameIsShorterThanThatOfOthers() {
        assertThat(faults("{\"kind\": \"Service\", \"name\": \"" + "a".repeat(129)
                        + "\", \"spec\": {\"endpointDiscovery\": \"eds\"}}"))
                .extracting(Fault::path)
                .containsExactly("name");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "1e999999999"           | false
            1e99                    | false
            0.5                     | false
            -1                      | false
            4294967296              | false
            true                    | false
            "0x10"                  | false
            0e999999999             | true
            4294967295              | true
            "17"                    | true
            1.0                     | true
            1e3                     | true
            """)
    void aWholeNumberIsReadAsProtobufHasIt(String number, boolean right) {
        List<Fault> faults = faults(
                document(ResourceType.CLUSTER, "\"name\": \"x\", \"per_connection_buffer_limit_bytes\": " + number));

        assertThat(faults.isEmpty()).as("%s: %s", number, faults).isEqualTo(right);
    }

    @Test
    void whatNestsWithoutEndIsRefused() {
        String deep = "{\"a\": ".repeat(150) + "1" + "}".repeat(150);

        assertThat(faults(document(ResourceType.RUNTIME, "\"name\": \"x\", \"layer\": " + deep)))
                .containsExactly(new Fault(3, "spec.layer", "must not nest deeper than 100 levels"));
    }

    @Test
    void aDocumentUnderItsPathMayLeaveOutKindAndName() {
        ManifestKey key = new ManifestKey(ManifestKind.RESOURCE, "x");
        JsonNode bare = JSON.readTree("{\"spec\": " + spec(ResourceType.CLUSTER, "\"name\": \"c\"") + "}");
        JsonNode other = JSON.readTree("{\"kind\": \"Service\", \"name\": \"y\", \"spec\": "
                + spec(ResourceType.CLUSTER, "\"name\": \"c\"") + "}");

        assertInstanceOf(DocumentResult.Read.class, Documents.read(key, bare, Precondition.NONE));
        assertThat(assertInstanceOf(DocumentResult.Faulty.class, Documents.read(key, other, Precondition.NONE))
                        .faults())
                .extracting(Fault::path)
                .containsExactly("kind", "name");
    }

    @Test
    void noMoreFaultsAreGivenThanHelp() {
        String many = "1,".repeat(500) + "1";

        assertThat(faults("{\"kind\": \"Resource\", \"name\": \"a\", \"nodes\": {\"id\": [" + many + "]}}"))
                .hasSize(Documents.MAX_FAULTS);
    }

    @Test
    void aFaultNeverShowsTheValue() {
        String key = "MIIsecretMII";
        List<String> wrong = List.of(
                "\"tls_certificate\": {\"private_key\": \"" + key + "\"}",
                "\"tls_certificate\": {\"private_key\": {\"inline_bytes\": \"" + key + "!\"}}",
                "\"tls_certificate\": {\"ocsp_staple\": [\"" + key + "\"]}",
                "\"generic_secret\": \"" + key + "\"",
                "\"session_ticket_keys\": {\"keys\": {\"a\": \"" + key + "\"}}");
        for (String fields : wrong) {
            assertThat(faults(document(ResourceType.SECRET, "\"name\": \"x\", " + fields)))
                    .isNotEmpty()
                    .allSatisfy(fault -> assertThat(fault.toString()).doesNotContain(key));
        }
    }

    @Test
    void aClusterIsTheMessageThatItSays() {
        assertThat(resource(ResourceType.CLUSTER, "\"name\": \"x\", \"type\": \"STRICT_DNS\"")
                        .content())
                .isEqualTo(Cluster.newBuilder()
                        .setName("x")
                        .setType(Cluster.DiscoveryType.STRICT_DNS)
                        .build());
    }

    private static Optional<Duration> ttl(String ttl) {
        return ((Spec.RawResource) manifest("{\"kind\": \"Resource\", \"name\": \"x\", \"ttl\": " + ttl + ", \"spec\": "
                                + spec(ResourceType.CLUSTER, "\"name\": \"x\"") + "}")
                        .spec())
                .ttl();
    }

    private static Spec.RawResource resource(ResourceType type, String fields) {
        return (Spec.RawResource) manifest(document(type, fields)).spec();
    }

    private static String document(ResourceType type, String fields) {
        return "{\"kind\": \"Resource\", \"name\": \"x\", \"spec\": " + spec(type, fields) + "}";
    }

    private static String spec(ResourceType type, String fields) {
        return "{\"@type\": \"" + type.typeUrl() + "\", " + fields + "}";
    }

    private static Manifest manifest(String document) {
        DocumentResult result = Documents.read(3, JSON.readTree(document));
        DocumentResult.Read read = assertInstanceOf(DocumentResult.Read.class, result, result::toString);
        return ((Change.Put) read.change()).manifest();
    }

    private static List<Fault> faults(String document) {
        return switch (Documents.read(3, JSON.readTree(document))) {
            case DocumentResult.Read _ -> List.of();
            case DocumentResult.Faulty(List<Fault> faults) -> faults;
        };
    }

    @Test
    void aNodeIsSelectedAsTheDocumentSays() {
        assertThat(manifest(HTTP_LISTENER).nodes().metadata())
                .isEqualTo(Map.of("team.name", "blue", "n", 3.0, "b", true));
    }
}
