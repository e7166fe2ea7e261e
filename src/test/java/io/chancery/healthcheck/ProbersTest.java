package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.spec.Probe;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.model.ServiceName;
import io.chancery.testing.TestingDocuments;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class ProbersTest {

    private final Probers probers = new Probers();

    @AfterEach
    void close() {
        probers.close();
    }

    @ParameterizedTest
    @CsvSource({"tcp, TCP", "http, HTTP", "grpc, GRPC", "redis, REDIS"})
    void eachKindHasItsProber(String field, ProbeKind kind) {
        Probe probe = probe(field);
        Prober prober = probers.prober(new ServiceName("cart"), probe, ProbeSecrets.NONE);

        assertThat(prober)
                .isInstanceOf(
                        switch (kind) {
                            case TCP -> TcpProber.class;
                            case HTTP -> HttpProber.class;
                            case GRPC -> GrpcProber.class;
                            case REDIS -> RedisProber.class;
                        });
        assertThat(ProbeKind.of(probe)).isEqualTo(kind);
    }

    private static Probe probe(String field) {
        String document = TestingDocuments.ofYaml("{kind: Service, name: cart, spec: {probe: {" + field + ": {}}}}")
                .getFirst();
        if (Documents.read(0, new JsonMapper().readTree(document)) instanceof DocumentResult.Read(Change.Put put)
                && put.manifest().spec() instanceof ServiceSpec spec) {
            return spec.probe().orElseThrow();
        }
        throw new AssertionError(document);
    }
}
