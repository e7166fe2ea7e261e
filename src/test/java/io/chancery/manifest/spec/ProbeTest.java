package io.chancery.manifest.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.Fault;
import io.chancery.testing.TestingDocuments;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ProbeTest {

    @ParameterizedTest(name = "{0} is wrong at {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            { probe: {} }                                                       | spec.probe
            { probe: { tcp: {}, http: {} } }                                    | spec.probe.http
            { probe: { tcp: { send: abc } } }                                   | spec.probe.tcp.send
            { probe: { tcp: { receive: [2b, ""] } } }                           | spec.probe.tcp.receive
            { probe: { tcp: {}, interval: 99ms } }                              | spec.probe.interval
            { probe: { tcp: {}, unhealthyInterval: 1ms } }                      | spec.probe.unhealthyInterval
            { probe: { tcp: {}, timeout: 0s } }                                 | spec.probe.timeout
            { probe: { tcp: {}, timeout: 61s } }                                | spec.probe.timeout
            { probe: { tcp: {}, unhealthyThreshold: 0 } }                       | spec.probe.unhealthyThreshold
            { probe: { tcp: {}, healthyThreshold: 0 } }                         | spec.probe.healthyThreshold
            { probe: { tcp: {}, maxPerHost: 0 } }                               | spec.probe.maxPerHost
            { probe: { tcp: {}, plaintext: true, tls: {} } }                    | spec.probe.plaintext
            { probe: { redis: { user: health } } }                              | spec.probe.redis.user
            { probe: { http: { path: healthz } } }                              | spec.probe.http.path
            { probe: { http: { path: "/a b" } } }                               | spec.probe.http.path
            { probe: { http: { host: "a b" } } }                                | spec.probe.http.host
            { probe: { http: { method: CONNECT } } }                            | spec.probe.http.method
            { probe: { http: { method: get } } }                                | spec.probe.http.method
            { probe: { http: { headers: { Host: a } } } }                       | spec.probe.http.headers
            { probe: { http: { headers: { Connection: keep-alive } } } }        | spec.probe.http.headers
            { probe: { http: { headers: { x: "a\\r\\nb: c" } } } }              | spec.probe.http.headers
            { probe: { http: { statusFrom: 300, statusTo: 200 } } }             | spec.probe.http.statusTo
            { probe: { http: { expectHeaders: { name: x, regex: "(" } } } }     | spec.probe.http.expectHeaders.regex
            { probe: { http: { bodyContains: "" } } }                           | spec.probe.http.bodyContains
            { probe: { http: { method: HEAD, bodyContains: a } } }              | spec.probe.http.bodyContains
            { probe: { grpc: { authority: "a b" } } }                           | spec.probe.grpc.authority
            { probe: { redis: { role: primary } } }                             | spec.probe.redis.role
            { endpoints: ["10.0.0.1:80"], probe: { tcp: {} } }                  | spec.probe
            { dns: { hosts: "a.example:80" }, probe: { tcp: {} } }              | spec.probe
            """)
    void whatCannotBeIsRefusedWithItsPlace(String spec, String path) {
        assertThat(read(spec))
                .isInstanceOfSatisfying(
                        DocumentResult.Faulty.class,
                        faulty -> assertThat(faulty.faults())
                                .extracting(Fault::path)
                                .containsExactly(path));
    }

    @Test
    void whatIsLeftOutIsAsTheDocumentSays() {
        Probe probe = probe("{ probe: { redis: {} } }");

        assertThat(probe)
                .isEqualTo(new Probe(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(new Probe.RedisQuestion(RedisRole.ANY, Optional.empty(), Optional.empty())),
                        Optional.empty(),
                        false,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Optional.empty(),
                        Optional.empty(),
                        3,
                        2,
                        8));
    }

    @Test
    void theTlsOfAProbeIsThatOfItsServiceUnlessItSaysOtherwise() {
        Optional<UpstreamTls> service = Optional.of(tls("service.example"));

        assertThat(probe("{ probe: { tcp: {} } }").tlsOf(service)).isEqualTo(service);
        assertThat(probe("{ probe: { tcp: {}, plaintext: true } }").tlsOf(service))
                .isEmpty();
        assertThat(probe("{ probe: { tcp: {}, tls: { sni: probe.example } } }").tlsOf(service))
                .contains(tls("probe.example"));
    }

    @Test
    void theSecretsOfAProbeAreReferredTo() {
        ServiceSpec spec = spec("{ tls: { ca: a }, probe: { tcp: {}, tls: { ca: b, clientCertificate: c } } }");

        assertThat(spec.references())
                .containsExactly(
                        new SpecReference(SpecReference.Kind.TRUSTED_CA, "a", "tls.ca"),
                        new SpecReference(SpecReference.Kind.TRUSTED_CA, "b", "probe.tls.ca"),
                        new SpecReference(SpecReference.Kind.CERTIFICATE, "c", "probe.tls.clientCertificate"));
    }

    @Test
    void thePasswordOfARedisIsReferredTo() {
        assertThat(spec("{ probe: { redis: { user: health, password: word } } }")
                        .references())
                .containsExactly(new SpecReference(SpecReference.Kind.PASSWORD, "word", "probe.redis.password"));
    }

    private static UpstreamTls tls(String sni) {
        return new UpstreamTls(Optional.empty(), Optional.of(sni), List.of(), Optional.empty(), TlsVersion.V1_2);
    }

    private static Probe probe(String spec) {
        return spec(spec).probe().orElseThrow();
    }

    private static ServiceSpec spec(String spec) {
        if (read(spec) instanceof DocumentResult.Read(Change.Put put)
                && put.manifest().spec() instanceof ServiceSpec service) {
            return service;
        }
        throw new AssertionError(read(spec));
    }

    private static DocumentResult read(String spec) {
        String document = TestingDocuments.ofYaml("{ kind: Service, name: cart, spec: " + spec + " }")
                .getFirst();
        return Documents.read(0, new JsonMapper().readTree(document));
    }
}
