package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What an Envoy would refuse, or would take and never act on, does not become a manifest. */
class RefusedBeforeEnvoyTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Service  | { healthCheck: { grpc: {} } }                                            | spec.healthCheck.grpc
            Service  | { protocol: tcp, healthCheck: { grpc: {} } }                             | spec.healthCheck.grpc
            Service  | { healthCheck: { http: { path: "/a b" } } }                              | spec.healthCheck.http.path
            Service  | { tls: { sni: "not a name" } }                                           | spec.tls.sni
            Service  | { dns: { hosts: ["a:1"], refresh: 1ms } }                                | spec.dns.refresh
            Listener | { protocol: tcp, port: 1, service: a, protocolFilter: redis, maxConnectionDuration: 1s } | spec.maxConnectionDuration
            Listener | { protocol: tcp, port: 1, service: a, tls: { certificates: a, ciphers: RC4-SHA } } | spec.tls.ciphers
            Listener | { protocol: tcp, port: 1, service: a, tls: { certificates: a, ciphers: TLS_AES_128_GCM_SHA256 } } | spec.tls.ciphers
            Listener | { protocol: tcp, port: 1, service: a, accessLogs: { text: "100%" } }     | spec.accessLogs.text
            Listener | { protocol: tcp, port: 1, service: a, accessLogs: { text: "%NOTHING%" } } | spec.accessLogs.text
            Listener | { protocol: tcp, port: 1, service: a, accessLogs: { json: { a: "%REQ%" } } } | spec.accessLogs.json
            Listener | { protocol: tcp, port: 1, service: a, accessLogs: { text: "%DURATION(x)%" } } | spec.accessLogs.text
            Listener | { port: 1, rateLimit: { requests: 1, interval: 49ms }, routes: { service: a } } | spec.rateLimit.interval
            Listener | { port: 1, routes: { service: a, requestHeaders: { set: { x: "%d" } } } } | spec.routes.requestHeaders.set
            Listener | { port: 1, routes: { service: a, responseHeaders: { add: { x: "%HOST%" } } } } | spec.routes.responseHeaders.add
            Listener | { port: 1, routes: { regex: /.*, redirect: { prefix: / } } }             | spec.routes.redirect.prefix
            Listener | { port: 1, routes: { regex: "/a{97}", service: a } }                     | spec.routes.regex
            Listener | { port: 1, routes: { regex: "/[^/]{40}.{50}", service: a } }             | spec.routes.regex
            Listener | { port: 1, routes: { prefix: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, rewrite: /b/, service: a } } | spec.routes.rewrite
            Listener | { port: 1, routes: { prefix: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, redirect: { prefix: / } } } | spec.routes.redirect.prefix
            Listener | { port: 1, routes: { methods: [MMMMMMMMMMMMMMMMMMMMMMMMMMMMM0, MMMMMMMMMMMMMMMMMMMMMMMMMMMMM1, MMMMMMMMMMMMMMMMMMMMMMMMMMMMM2], service: a } } | spec.routes.methods
            Listener | { port: 1, routes: { prefix: //a, service: a } }                         | spec.routes.prefix
            Listener | { port: 1, routes: { prefix: /a/../b, service: a } }                     | spec.routes.prefix
            Listener | { port: 1, routes: { path: /a/., service: a } }                          | spec.routes.path
            Listener | { port: 1, routes: { path: /%61, service: a } }                          | spec.routes.path
            Listener | { port: 1, routes: { path: /a%2Fb, service: a } }                        | spec.routes.path
            Listener | { port: 1, routes: { path: /a%zz, service: a } }                         | spec.routes.path
            Listener | { port: 1, routes: { path: /ä, service: a } }                            | spec.routes.path
            Listener | { port: 1, routes: { prefix: /a, rewrite: //b, service: a } }            | spec.routes.rewrite
            Listener | { port: 1, routes: { service: a, hashPolicy: { terminal: true } } }          | spec.routes.hashPolicy
            Listener | { port: 1, routes: { service: a, hashPolicy: [{ header: a, query: b }] } }   | spec.routes.hashPolicy[0].query
            Listener | { port: 1, routes: { service: a, hashPolicy: { header: "a b" } } }           | spec.routes.hashPolicy.header
            Listener | { port: 1, routes: { service: a, hashPolicy: { cookie: { name: "a=b" } } } } | spec.routes.hashPolicy.cookie.name
            Listener | { port: 1, routes: { service: a, hashPolicy: { cookie: { name: a, ttl: 1500ms } } } } | spec.routes.hashPolicy.cookie.ttl
            Listener | { port: 1, routes: { service: a, hashPolicy: { cookie: { name: a, path: / } } } } | spec.routes.hashPolicy.cookie.path
            Listener | { port: 1, routes: { service: a, hashPolicy: { cookie: { name: a, ttl: 0s, path: /a;b } } } } | spec.routes.hashPolicy.cookie.path
            Listener | { port: 1, routes: { response: { status: 200 }, hashPolicy: { sourceAddress: true } } } | spec.routes.hashPolicy
            Listener | { port: 1, block: 'c:\\d', routes: { service: a } }                      | spec.block
            Listener | { port: 1, block: '/c\\d', routes: { service: a } }                      | spec.block
            Listener | { port: 1, tracing: { service: a, serviceName: b }, routes: { service: a } } | spec.tracing.serviceName
            Listener | { port: 1, virtualHosts: { name: a, domains: "a*b", routes: { service: a } } } | spec.virtualHosts.domains
            Listener | { port: 1, virtualHosts: [{ name: a, domains: A.com, routes: { service: a } }, { name: b, domains: a.com, routes: { service: a } }] } | spec.virtualHosts
            Sidecar  | { service: a, applicationPort: 1, applicationAddress: 0.0.0.0 }          | spec.applicationAddress
            """)
    void itIsRefusedWithItsPath(String kind, String spec, String path) {
        assertThat(read(kind, spec))
                .isInstanceOfSatisfying(
                        DocumentResult.Faulty.class,
                        faulty -> assertThat(faulty.faults())
                                .extracting(Fault::path)
                                .containsExactly(path));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Service  | { protocol: auto, healthCheck: { grpc: {} } }
            Listener | { protocol: tcp, port: 1, service: a, accessLogs: { text: "100%% %START_TIME% %START_TIME(%Y-%m)% %REQ(X?Y):3%" } }
            Listener | { port: 1, address: 0.0.0.0, routes: { path: /caf%C3%A9/%20/a.b..c/~x, service: a } }
            Listener | { port: 1, virtualHosts: { name: a, domains: [a.com, "*.a.com", "*-a.com", "a.*", "a.com:80", "[::1]:80", "*"], routes: { service: a } } }
            """)
    void whatIsLikeItAndRightIsTaken(String kind, String spec) {
        assertThat(read(kind, spec)).isInstanceOf(DocumentResult.Read.class);
    }

    private static DocumentResult read(String kind, String spec) {
        ObjectNode document = JSON.createObjectNode().put("kind", kind).put("name", "it");
        JsonNode parsed = JSON.valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).<Object>load(spec));
        document.set("spec", parsed);
        return Documents.read(0, document);
    }
}
