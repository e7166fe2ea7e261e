package io.chancery.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyBinaryTest {

    /** Stands for python3 and pip: makes the folders that the real ones would, with a program where Envoy would be. */
    private static final String TESTING_PYTHON = """
            #!/bin/sh
            # -m venv FOLDER
            mkdir -p "$3/bin" "$3/lib/python3.11/site-packages"
            printf '#!/bin/sh\\nd=$(dirname "$(dirname "$0")")/lib/python3.11/site-packages/envoy/_bin\\nmkdir -p "$d"\\n' > "$3/bin/pip"
            printf 'echo "#!/bin/sh" > "$d/envoy"\\nchmod +x "$d/envoy"\\n' >> "$3/bin/pip"
            chmod +x "$3/bin/pip"
            """;

    @TempDir
    Path folder;

    private final Map<String, String> environment = new HashMap<>();

    @Test
    void aBinaryNamedByTheEnvironmentComesBeforeAllOthers() throws IOException {
        Path named = program(folder.resolve("named/envoy-1.40"), "#!/bin/sh");
        program(folder.resolve("path/envoy"), "#!/bin/sh");
        environment.put("ENVOY_BIN", named.toString());
        environment.put("PATH", folder.resolve("path").toString());

        assertThat(look()).isEqualTo(new EnvoyBinary.Result.Found(named, "by $ENVOY_BIN"));
    }

    @Test
    void aBinaryNamedByTheEnvironmentThatIsNotThereIsNotReplacedByAnother() throws IOException {
        program(folder.resolve("path/envoy"), "#!/bin/sh");
        environment.put("ENVOY_BIN", folder.resolve("absent").toString());
        environment.put("PATH", folder.resolve("path").toString());

        assertThat(look()).isInstanceOfSatisfying(EnvoyBinary.Result.Missing.class, missing -> {
            assertThat(missing.what()).contains("$ENVOY_BIN names " + folder.resolve("absent"));
            assertThat(missing.remedy()).contains("unset it");
        });
    }

    @Test
    void thePathComesBeforeTheCache() throws IOException {
        Path onPath = program(folder.resolve("path/envoy"), "#!/bin/sh");
        program(cached(folder.resolve("home/.cache")), "#!/bin/sh");
        environment.put("PATH", folder.resolve("empty") + ":" + folder.resolve("path"));

        assertThat(look()).isEqualTo(new EnvoyBinary.Result.Found(onPath, "on PATH"));
    }

    @Test
    void theCacheIsWhereTheUserKeepsIt() throws IOException {
        Path atHome = program(cached(folder.resolve("home/.cache")), "#!/bin/sh");
        assertThat(look()).isEqualTo(new EnvoyBinary.Result.Found(atHome, "in the user's cache"));

        Path elsewhere = program(cached(folder.resolve("elsewhere")), "#!/bin/sh");
        environment.put("XDG_CACHE_HOME", folder.resolve("elsewhere").toString());
        assertThat(look()).isEqualTo(new EnvoyBinary.Result.Found(elsewhere, "in the user's cache"));
    }

    @Test
    void withoutPythonTheResultSaysWhatIsMissingAndHowToGetIt() {
        assertThat(look()).isInstanceOfSatisfying(EnvoyBinary.Result.Missing.class, missing -> {
            assertThat(missing.what()).contains("no python3 on PATH");
            assertThat(missing.remedy()).contains("$ENVOY_BIN").contains("python3 with venv");
        });
    }

    @Test
    void whatTheInstallationSaidIsPartOfTheReasonAndNothingHalfDoneStays() throws IOException {
        python("#!/bin/sh\necho 'ensurepip is not available'\nexit 1\n");

        assertThat(look())
                .isInstanceOfSatisfying(
                        EnvoyBinary.Result.Missing.class,
                        missing -> assertThat(missing.what())
                                .contains("apt-get install python3-venv")
                                .contains("ensurepip is not available"));
        assertThat(cacheContents()).isEmpty();
    }

    @Test
    void severalThatInstallAtOnceAllGetTheSameWholeCopy() throws IOException, InterruptedException, ExecutionException {
        python(TESTING_PYTHON);
        List<Future<EnvoyBinary.Result>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 4; i++) {
                results.add(threads.submit(this::look));
            }
        }

        for (Future<EnvoyBinary.Result> result : results) {
            assertThat(result.get())
                    .isInstanceOfSatisfying(
                            EnvoyBinary.Result.Found.class,
                            found -> assertThat(found.binary())
                                    .isEqualTo(cached(folder.resolve("home/.cache")))
                                    .isExecutable());
        }
        assertThat(cacheContents()).containsExactly("envoy-" + EnvoyBinary.VERSION);
    }

    private EnvoyBinary.Result look() {
        return new EnvoyBinary(environment, folder.resolve("home")).findOrInstall();
    }

    private void python(String script) throws IOException {
        program(folder.resolve("python/python3"), script);
        environment.put("PATH", folder.resolve("python") + ":/usr/bin:/bin");
    }

    private List<String> cacheContents() throws IOException {
        try (Stream<Path> contents = Files.list(folder.resolve("home/.cache/chancery"))) {
            return contents.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static Path cached(Path cache) {
        return cache.resolve(
                "chancery/envoy-" + EnvoyBinary.VERSION + "/lib/python3.11/site-packages/envoy/_bin/envoy");
    }

    private static Path program(Path file, String script) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, script);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
