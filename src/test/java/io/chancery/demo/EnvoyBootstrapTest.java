package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.model.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class EnvoyBootstrapTest {

    private static final Path PROJECT_FILE = Path.of("envoy.yaml");

    @Test
    void nothingReplacedIsTheSameDocument() throws IOException {
        Object original = new Yaml().load(Files.readString(PROJECT_FILE));

        Object again = new Yaml().load(EnvoyBootstrap.read(PROJECT_FILE).toString());
        assertThat(again).isEqualTo(original);
    }

    @Test
    void replacedPortsAreTheOnlyDifference() throws IOException {
        String expected = Files.readString(PROJECT_FILE)
                .replace("port_value: 10000", "port_value: 1")
                .replace("port_value: 9901", "port_value: 2")
                .replace("port_value: 18000", "port_value: 3")
                .replace("api_type: DELTA_GRPC", "api_type: GRPC")
                .replace("id: test-id", "id: edge-7");
        assertThat(expected).doesNotContain("port_value: 10000", "port_value: 9901", "port_value: 18000");

        EnvoyBootstrap replaced = EnvoyBootstrap.read(PROJECT_FILE)
                .withListenerPort(1)
                .withAdminPort(2)
                .withXdsPort(3)
                .withApiType("GRPC")
                .withNodeId("edge-7");

        Object difference = new Yaml().load(replaced.toString());
        Object wanted = new Yaml().load(expected);
        assertThat(difference).isEqualTo(wanted);
    }

    @Test
    void aFileOfAnotherShapeIsRefusedWithWhatItLacks() {
        assertThatThrownBy(() -> EnvoyBootstrap.parse("admin: { address: {} }").withAdminPort(1))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("bootstrap has no \"socket_address\" where envoy.yaml has it");
        assertThatThrownBy(() -> EnvoyBootstrap.parse("static_resources: { listeners: [ { name: other } ] }")
                        .withListenerPort(1))
                .hasMessage("bootstrap has no \"ingress\" where envoy.yaml has it");
        assertThatThrownBy(() -> EnvoyBootstrap.parse("static_resources: { clusters: [] }")
                        .withXdsPort(1))
                .hasMessage("bootstrap has no list where one was expected");
        assertThatThrownBy(() -> EnvoyBootstrap.parse("- 1")).hasMessageContaining("must be a YAML mapping");
    }
}
