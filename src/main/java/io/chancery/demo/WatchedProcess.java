package io.chancery.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that ends with this process, also if this one is killed. Safe for use by several threads. */
final class WatchedProcess implements AutoCloseable {

    /*
     * A JVM that is killed cannot end its children. So the shell between holds the other end of this process's pipe:
     * when that closes, for whatever reason, `read` fails and the shell ends the program. A background job's standard
     * input is /dev/null in a shell without job control, therefore the copy in descriptor 3.
     */
    private static final String WATCHED = """
            exec 3<&0
            "$@" </dev/null 3<&- & program=$!
            (while read -r _; do :; done <&3; kill "$program" 2>/dev/null) & watch=$!
            exec 3<&-
            trap 'kill "$program" 2>/dev/null' TERM INT
            wait "$program"; code=$?
            wait "$program" 2>/dev/null
            kill "$watch" 2>/dev/null
            exit $code
            """;

    private static final int QUOTED_LINES = 5;
    private static final long GRACE_SECONDS = 5;

    private final Process process;
    private final Path log;

    private WatchedProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program.
     *
     * @param folder where it runs; exists
     * @param log takes what it prints
     */
    static WatchedProcess start(List<String> command, Path folder, Path log) throws IOException {
        List<String> watched = new ArrayList<>(List.of("/bin/sh", "-c", WATCHED, "sh"));
        watched.addAll(command);
        Process process = new ProcessBuilder(watched)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new WatchedProcess(process, log);
    }

    /** The file that its output goes to. */
    Path log() {
        return log;
    }

    /** Waits for its end, at most so long. */
    boolean endsWithin(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns the code that it ended with, and the last that it said, on one line. */
    String ending() throws IOException {
        return "it ended with code " + process.exitValue() + "; " + lastWords();
    }

    /** Returns the last lines of its log, on one line. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return "the end of " + log + ": "
                + String.join(" | ", lines.subList(Math.max(0, lines.size() - QUOTED_LINES), lines.size()));
    }

    /** Ends it and waits for that. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
                destroyAll();
            }
        } catch (InterruptedException _) {
            destroyAll();
            Thread.currentThread().interrupt();
        }
    }

    private void destroyAll() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
