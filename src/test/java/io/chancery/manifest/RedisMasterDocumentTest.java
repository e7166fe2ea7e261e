package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RedisMasterDocumentTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static DocumentResult read(String spec) {
        JsonNode document = JSON.readTree(
                "{\"kind\": \"RedisMaster\", \"name\": \"orders\", \"spec\": " + spec.replace('\'', '"') + "}");
        return Documents.read(0, document);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                        | spec.nodes                | must have at least one entry
            {'nodes': []}                                             | spec.nodes                | must have at least one entry
            {'nodes': ['a:1', 'host:notaport']}                       | spec.nodes[1]             | must be HOST:PORT
            {'nodes': ['a:1', 'b:70000']}                             | spec.nodes[1]             | 65535
            {'nodes': ['a:1', 'b:1', 'a:1']}                          | spec.nodes[2]             | must not be a:1 again
            {'nodes': ['a:1', 'b:1'], 'announce': ['x']}              | spec.announce             | which has 2; it has 1
            {'nodes': ['a:1', 'b:1'], 'announce': ['x', 'x:1']}       | spec.announce[1]          | must not be x:1 again
            {'nodes': ['a:1'], 'announce': ['x:y']}                   | spec.announce[0]          | must be HOST or HOST:PORT
            {'nodes': ['a:1'], 'sentinels': ['s:1']}                  | spec.masterName           | must be given with sentinels
            {'nodes': ['a:1'], 'masterName': 'm'}                     | spec.masterName           | must be left out
            {'nodes': ['a:1'], 'user': 'u'}                           | spec.user                 | must be left out where there is no password
            {'nodes': ['a:1'], 'interval': '1ms'}                     | spec.interval             | must be 100ms to 3600s
            {'nodes': ['a:1'], 'timeout': '2m'}                       | spec.timeout              | must be 10ms to 60s
            {'nodes': ['a:1'], 'masterService': 'a b'}                | spec.masterService        | letters and digits
            {'nodes': ['a:1'], 'masterService': 'orders-replicas'}    | spec.masterService        | must not be that of the replicas
            {'nodes': ['a:1'], 'healthCheck': {'grpc': {}}}           | spec.healthCheck.grpc     | tcp sends bytes
            {'nodes': ['a:1'], 'tls': {'ca': 'c', 'subjectAltNames': ['d']}} | spec.tls.subjectAltNames | must be left out
            """)
    void whatCannotBeMeantIsRefusedByItsPlace(String spec, String path, String reason) {
        assertThat(read(spec)).isInstanceOfSatisfying(DocumentResult.Faulty.class, faulty -> {
            assertThat(faulty.faults()).hasSize(1);
            assertThat(faulty.faults().getFirst().path()).isEqualTo(path);
            assertThat(faulty.faults().getFirst().reason()).contains(reason);
        });
    }

    @Test
    void aPasswordThatWasShownBlankedIsNotTaken() {
        DocumentResult result = Documents.read(
                0, JSON.readTree("{\"kind\": \"Secret\", \"name\": \"p\", \"spec\": {\"password\": \"[redacted]\"}}"));

        assertThat(result)
                .isInstanceOfSatisfying(
                        DocumentResult.Faulty.class,
                        faulty -> assertThat(faulty.faults().getFirst().path()).isEqualTo("spec.password"));
    }

    @Test
    void aPasswordIsNeverShown() {
        DocumentResult result = Documents.read(
                0, JSON.readTree("{\"kind\": \"Secret\", \"name\": \"p\", \"spec\": {\"password\": \"s3cret\"}}"));

        assertThat(result).isInstanceOfSatisfying(DocumentResult.Read.class, read -> {
            Manifest manifest = ((Change.Put) read.change()).manifest();
            assertThat(Documents.redacted(manifest).toString())
                    .doesNotContain("s3cret")
                    .contains("[redacted]");
            assertThat(manifest.toString()).doesNotContain("s3cret");
            assertThat(Redaction.isSensitive(manifest.spec())).isTrue();
        });
    }
}
