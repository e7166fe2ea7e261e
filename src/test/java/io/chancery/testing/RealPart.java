package io.chancery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.opentest4j.TestAbortedException;

/**
 * A program of somebody else's on this machine, with all that it writes in a folder of its own. It ends when it is closed,
 * with whatever it started.
 *
 * <p>Where it is not installed the test is not run, and the end of the run says so; with {@code -Dparts=required} that is
 * a failure.
 */
public final class RealPart implements AutoCloseable {

    private static final Duration UNTIL_LISTENING = Duration.ofSeconds(90);
    private static final Map<String, String> ABSENT = new TreeMap<>();

    private final Process process;
    private final Path log;

    private RealPart(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Returns the first of these that is there. */
    public static Path program(String debianPackage, String... candidates) {
        for (String candidate : candidates) {
            Path path = Path.of(candidate);
            if (Files.isExecutable(path)) {
                return path;
            }
        }
        String remedy = "apt-get install --no-install-recommends " + debianPackage;
        if (System.getProperty("parts", "").equals("required")) {
            throw new AssertionError("This test needs a real " + debianPackage + ": " + remedy);
        }
        synchronized (ABSENT) {
            if (ABSENT.isEmpty()) {
                Runtime.getRuntime().addShutdownHook(new Thread(RealPart::list, "absent-parts"));
            }
            ABSENT.put(debianPackage, remedy);
        }
        throw new TestAbortedException("not run without a real " + debianPackage + ": " + remedy);
    }

    private static void list() {
        synchronized (ABSENT) {
            ABSENT.forEach((part, remedy) -> System.err.println("Not tested with a real " + part + "; " + remedy));
        }
    }

    /** Starts a program and waits until its port takes connections. */
    public static RealPart start(Path folder, int port, Map<String, String> environment, List<String> command)
            throws IOException {
        Path log = Files.createTempFile(folder, "part-", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.directory(folder.toFile());
        builder.environment().putAll(environment);
        RealPart part = new RealPart(builder.start(), log);
        try {
            Awaitility.await(String.join(" ", command)).atMost(UNTIL_LISTENING).until(() -> part.listensOn(port));
            return part;
        } catch (RuntimeException e) {
            String said = Files.readString(log);
            part.close();
            throw new AssertionError(command + " does not start: " + said, e);
        }
    }

    private boolean listensOn(int port) {
        if (!process.isAlive()) {
            throw new IllegalStateException("it ended with code " + process.exitValue());
        }
        try (Socket _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    /** Runs a program to its end, which must be a good one. */
    public static void run(Path folder, List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "part-", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new AssertionError(command + " fails: " + Files.readString(log));
        }
    }

    /** Deletes a folder with all that is in it. */
    public static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The end of what it printed. */
    public String output() throws IOException {
        return Files.readString(log);
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                all.forEach(ProcessHandle::destroyForcibly);
                process.waitFor();
            }
        } catch (InterruptedException e) {
            all.forEach(ProcessHandle::destroyForcibly);
            Thread.currentThread().interrupt();
        }
        all.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
    }
}
