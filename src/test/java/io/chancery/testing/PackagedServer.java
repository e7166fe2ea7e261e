package io.chancery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/**
 * The packaged server in the form that starts soonest, as {@code docs/operations.md} says: extracted, and with a cache of its
 * classes. Made once for each jar, beside it.
 */
public final class PackagedServer {

    private static final List<String> OPTIONS =
            List.of("-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private final Path folder;

    private PackagedServer(Path folder) {
        this.folder = folder;
    }

    /** Made of the jar of this build, unless that was done before. */
    public static synchronized PackagedServer ofThisBuild() {
        try {
            Path jar = jar();
            PackagedServer server = new PackagedServer(jar.resolveSibling(
                    "layout-" + Files.getLastModifiedTime(jar).toMillis()));
            if (!Files.exists(server.cache())) {
                server.make(jar);
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** {@code target/chancery.jar}, as Maven packages it. */
    static Path jar() {
        Path jar = Path.of(System.getProperty("packaged.jar", "target/chancery.jar"))
                .toAbsolutePath();
        if (!Files.isRegularFile(jar)) {
            throw new AssertionError(jar + " is not there; mvn verify packages it before it runs these tests");
        }
        return jar;
    }

    /** The jar of the layout, whose libraries lie beside it. */
    public Path extractedJar() {
        return folder.resolve("chancery.jar");
    }

    private Path cache() {
        return folder.resolve("chancery.aot");
    }

    private void make(Path jar) throws IOException, InterruptedException {
        FileSystemUtils.deleteRecursively(folder);
        run(List.of(java(), "-Djarmode=tools", "-jar", jar.toString(), "extract", "--destination", folder.toString()));
        Path unfinished = folder.resolve("chancery.aot.part");
        Path data = folder.resolve("data");
        List<String> training = new ArrayList<>(List.of(java()));
        training.addAll(OPTIONS);
        training.addAll(List.of(
                "-XX:AOTCacheOutput=" + unfinished,
                "-Dspring.context.exit=onRefresh",
                "-jar",
                extractedJar().toString(),
                "--server.port=0",
                "--chancery.xds.port=0",
                "--chancery.data=" + data));
        run(training);
        FileSystemUtils.deleteRecursively(data);
        Files.move(unfinished, cache());
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        Path log = Files.createTempFile("packaged-server", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        if (!ended || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(String.join(" ", command) + " fails:\n" + Files.readString(log));
        }
        Files.delete(log);
    }

    /** What starts it, up to its own options. It is to start soon, not to be fast for hours. */
    List<String> launcher() {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(OPTIONS);
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:AOTCache=" + cache(),
                "-jar",
                extractedJar().toString()));
        return command;
    }

    /** What starts the jar as it is. */
    static List<String> plainLauncher() {
        List<String> command = new ArrayList<>(List.of(java()));
        command.addAll(OPTIONS);
        command.addAll(List.of("-jar", jar().toString()));
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
