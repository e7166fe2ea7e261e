package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real Envoy: the project's file is accepted, and the process ends with its owner. */
class EnvoyProcessIT {

    @TempDir
    Path folder;

    @Test
    void envoyAcceptsTheProjectsFileWithoutAWarning() throws IOException, InterruptedException {
        Process validation = new ProcessBuilder(
                        binary().toString(), "--mode", "validate", "-c", "envoy.yaml", "-l", "warning")
                .redirectErrorStream(true)
                .start();
        String said = new String(validation.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(validation.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(said.strip()).isEqualTo("configuration 'envoy.yaml' OK");
        assertThat(validation.exitValue()).isZero();
    }

    @Test
    void envoyRunsFromTheProjectsFileAndEndsWhenClosed() throws IOException, InterruptedException {
        List<ProcessHandle> envoys;
        try (EnvoyProcess envoy = started()) {
            assertThat(envoy.adminPage("/server_info")).contains("\"id\": \"test-id\"", "\"cluster\": \"mycluster\"");
            envoys = ProcessHandle.current()
                    .descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("envoy"))
                    .toList();
            assertThat(envoys).isNotEmpty();
            assertThat(Files.readString(envoy.log())).doesNotContain("deprecated", "not configured");
        }
        assertThat(envoys).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aPortThatIsTakenIsTheReasonGiven() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Path file = folder.resolve("taken.yaml");
            EnvoyBootstrap.read(Path.of("envoy.yaml"))
                    .withListenerPort(0)
                    .withAdminPort(taken.getLocalPort())
                    .write(file);

            assertThat(EnvoyProcess.start(binary(), file, folder))
                    .isInstanceOfSatisfying(
                            EnvoyProcess.StartResult.Failed.class,
                            failed -> assertThat(failed.reason())
                                    .contains("ended with code")
                                    .contains("in use"));
        }
    }

    @Test
    void itEndsAlsoWhenItsOwnerIsKilled() throws IOException, InterruptedException {
        Path pid = folder.resolve("pid");
        Path file = folder.resolve("envoy.yaml");
        EnvoyBootstrap.read(Path.of("envoy.yaml"))
                .withListenerPort(0)
                .withAdminPort(0)
                .write(file);
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        binary().toString(),
                        file.toString(),
                        folder.toString(),
                        pid.toString())
                .inheritIO()
                .start();
        await("the owner's Envoy to run").atMost(Duration.ofSeconds(30)).until(() -> Files.exists(pid));
        ProcessHandle envoy =
                ProcessHandle.of(Long.parseLong(Files.readString(pid))).orElseThrow();

        owner.destroyForcibly().waitFor();

        await("Envoy to end after its owner was killed")
                .atMost(Duration.ofSeconds(10))
                .until(() -> !envoy.isAlive());
    }

    private EnvoyProcess started() throws IOException, InterruptedException {
        Path file = folder.resolve("envoy.yaml");
        EnvoyBootstrap.read(Path.of("envoy.yaml"))
                .withListenerPort(0)
                .withAdminPort(0)
                .write(file);
        return switch (EnvoyProcess.start(binary(), file, folder)) {
            case EnvoyProcess.StartResult.Started(EnvoyProcess envoy) -> envoy;
            case EnvoyProcess.StartResult.Failed(String reason) -> throw new AssertionError(reason);
        };
    }

    static Path binary() {
        return switch (EnvoyBinary.ofThisMachine().findOrInstall()) {
            case EnvoyBinary.Result.Found(Path binary, String _) -> binary;
            case EnvoyBinary.Result.Missing(String what, String remedy) ->
                throw new AssertionError("This test needs a real Envoy, but " + what + "; " + remedy);
        };
    }

    /** A process of its own that has an Envoy and waits to be killed. */
    static final class Owner {

        private Owner() {}

        public static void main(String[] arguments) throws IOException, InterruptedException {
            Path folder = Path.of(arguments[2]);
            if (EnvoyProcess.start(Path.of(arguments[0]), Path.of(arguments[1]), folder)
                    instanceof EnvoyProcess.StartResult.Started) {
                ProcessHandle envoy = ProcessHandle.current()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").endsWith("envoy"))
                        .findFirst()
                        .orElseThrow();
                Path written = folder.resolve("pid.new");
                Files.writeString(written, Long.toString(envoy.pid()));
                Files.move(written, Path.of(arguments[3]));
            }
            new java.util.concurrent.CountDownLatch(1).await();
        }
    }
}
