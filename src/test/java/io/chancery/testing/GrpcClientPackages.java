package io.chancery.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The gRPC libraries of other languages, in the user's cache folder; installed where they are not there yet. */
final class GrpcClientPackages {

    private static final String PYTHON = "grpcio==1.76.0";
    private static final List<String> NODE = List.of("@grpc/grpc-js@1.14.7", "@grpc/grpc-js-xds@1.14.1");

    private GrpcClientPackages() {}

    /** Returns a Python that has gRPC. */
    static Path python() throws IOException, InterruptedException {
        Path folder = cacheFolder().resolve("grpc-python-1.76.0");
        if (!Files.isDirectory(folder)) {
            Path building = building();
            run("python3 with venv and a network", List.of("python3", "-m", "venv", building.toString()));
            run(
                    "a network",
                    List.of(
                            building.resolve("bin").resolve("python3").toString(),
                            "-m",
                            "pip",
                            "install",
                            "--quiet",
                            PYTHON));
            publish(building, folder);
        }
        return folder.resolve("bin").resolve("python3");
    }

    /** Returns a folder of Node's packages that has gRPC. */
    static Path nodeModules() throws IOException, InterruptedException {
        Path folder = cacheFolder().resolve("grpc-node-1.14.1");
        if (!Files.isDirectory(folder)) {
            Path building = building();
            run(
                    "node with npm and a network",
                    List.of(
                            "npm",
                            "install",
                            "--no-audit",
                            "--no-fund",
                            "--prefix",
                            building.toString(),
                            NODE.get(0),
                            NODE.get(1)));
            publish(building, folder);
        }
        return folder.resolve("node_modules");
    }

    private static Path cacheFolder() {
        String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path root = cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        return root.resolve("chancery");
    }

    private static Path building() throws IOException {
        Files.createDirectories(cacheFolder());
        return Files.createTempDirectory(cacheFolder(), "installing-");
    }

    /** The final folder is whole or absent, also where several processes install at once. */
    private static void publish(Path building, Path folder) throws IOException {
        try {
            Files.move(building, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException _) {
            // Another process was first; its copy is as good.
        }
    }

    private static void run(String needed, List<String> command) throws IOException, InterruptedException {
        String hint = "This test needs a real gRPC client, which is installed once; it takes " + needed + ": ";
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(hint + e.getMessage(), e);
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new AssertionError(hint + String.join(" ", command) + "\n" + said);
        }
    }
}
