package io.chancery.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.testing.TestingApplication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Secrets in the store: encrypted, and lost without their key set, of which nobody is served a half. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsFeatureTest {

    private static final String SECRET = """
            {"spec": {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
                      "name": "token", "generic_secret": {"secret": {"inline_string": "hunter2-hunter2"}}}}""";

    @TempDir
    private Path data;

    @Test
    void aSecretOutlivesARestartAndIsNowhereReadable(CapturedOutput output) throws IOException {
        try (TestingApplication application = start()) {
            application.put("/v1/manifests/Resource/token", SECRET);
        }

        try (TestingApplication application = start()) {
            assertThat(application.get("/v1/manifests/Resource/token").toString())
                    .contains("[redacted]")
                    .doesNotContain("hunter2");
            assertThat(application.put("/v1/manifests/Resource/token", SECRET).get("unchanged"))
                    .hasSize(1);
        }
        try (Stream<Path> files = Files.list(data)) {
            assertThat(files)
                    .allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain("hunter2"));
        }
        assertThat(output).doesNotContain("hunter2");
    }

    @Test
    void aMissingKeySetStopsTheStart(CapturedOutput output) throws IOException {
        storeASecret();
        Files.delete(data.resolve("secrets-keyset.json"));

        assertThatThrownBy(this::start).rootCause().hasMessageContaining("missing");
        assertThat(output).contains("APPLICATION FAILED TO START", "secrets-keyset.json is missing");
        assertThat(data.resolve("secrets-keyset.json")).doesNotExist();
    }

    @Test
    void theKeySetOfAnotherStoreStopsTheStart(CapturedOutput output, @TempDir Path other) throws IOException {
        storeASecret();
        TestingApplication.start("--chancery.data=" + other).close();
        Files.copy(
                other.resolve("secrets-keyset.json"),
                data.resolve("secrets-keyset.json"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThatThrownBy(this::start).rootCause().hasMessageContaining("does not have the key");
        assertThat(output)
                .contains("APPLICATION FAILED TO START", "manifest/Resource/token")
                .doesNotContain("primaryKeyId");
    }

    @Test
    void aKeySetThatOthersMayReadStopsTheStart(CapturedOutput output) throws IOException {
        storeASecret();
        Files.setPosixFilePermissions(
                data.resolve("secrets-keyset.json"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(this::start).rootCause().hasMessageContaining("may be read");
        assertThat(output).contains("APPLICATION FAILED TO START", "chmod 600");
    }

    private void storeASecret() {
        try (TestingApplication application = start()) {
            application.put("/v1/manifests/Resource/token", SECRET);
        }
    }

    private TestingApplication start() {
        return TestingApplication.start("--chancery.data=" + data);
    }
}
