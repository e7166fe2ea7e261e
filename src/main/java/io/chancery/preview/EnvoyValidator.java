package io.chancery.preview;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.Redaction;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an Envoy what it makes of a configuration ({@code envoy --mode validate}): it loads all of it, opens no port and
 * connects to nothing. Safe for use by any thread; one Envoy runs at a time.
 */
@ThreadSafe
final class EnvoyValidator {

    private static final Logger LOG = LoggerFactory.getLogger(EnvoyValidator.class);

    /** What goes into these files may have secrets in it. */
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Optional<Path> binary;
    private final Patience patience;
    private final InstantSource clock;
    private final Semaphore turn = new Semaphore(1, true);

    /**
     * For how long is waited.
     *
     * @param turn until others have had theirs
     * @param one for what is said of one configuration; an ordinary one takes a fifth of a second
     * @param all for what is said of all those of a request, but for the last
     */
    record Patience(Duration turn, Duration one, Duration all) {
        static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30));
    }

    EnvoyValidator(Optional<Path> binary, Patience patience, InstantSource clock) {
        this.binary = binary;
        this.patience = patience;
        this.clock = clock;
    }

    /** Asks for each of the groups in turn, as long as there is time. */
    PreviewResult judged(
            List<GroupPreview> groups, Function<GroupPreview, Map<Reference, Resource>> content, int more) {
        if (binary.isEmpty()) {
            return new PreviewResult.NoEnvoy();
        }
        try {
            if (!turn.tryAcquire(patience.turn().toMillis(), TimeUnit.MILLISECONDS)) {
                return new PreviewResult.Busy();
            }
            try {
                Instant end = clock.instant().plus(patience.all());
                List<GroupPreview> judged = new ArrayList<>(groups.size());
                for (GroupPreview group : groups) {
                    judged.add(group.with(
                            clock.instant().isBefore(end)
                                    ? verdict(binary.get(), content.apply(group).values())
                                    : new EnvoyVerdict.Undecided(
                                            "There was no time for this group: all together may take "
                                                    + patience.all().toSeconds() + " s")));
                }
                return new PreviewResult.Previewed(judged, more);
            } finally {
                turn.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new PreviewResult.Busy();
        }
    }

    private EnvoyVerdict verdict(Path envoy, Collection<Resource> resources) throws InterruptedException {
        EnvoyWords words = new EnvoyWords(resources.stream()
                .flatMap(resource -> Redaction.secrets(resource.message()).stream())
                .toList());
        try {
            Path folder = Files.createTempDirectory("chancery-validation");
            Path file = folder.resolve("bootstrap.pb");
            try {
                FileAttribute<Set<PosixFilePermission>> ownerOnly = PosixFilePermissions.asFileAttribute(OWNER_ONLY);
                Bootstrap bootstrap = StaticBootstrap.of(resources);
                Files.write(Files.createFile(file, ownerOnly), bootstrap.toByteArray());
                return ask(envoy, file, words.without(folder.toString()));
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            LOG.warn("Envoy could not be asked binary={}", envoy, e);
            return new EnvoyVerdict.Undecided(
                    "Envoy could not be started, or its file not be written; the server's log says more");
        }
    }

    private EnvoyVerdict ask(Path envoy, Path file, EnvoyWords words) throws IOException, InterruptedException {
        ProcessBuilder command = new ProcessBuilder(
                envoy.toString(),
                "--mode",
                "validate",
                "--config-path",
                file.toString(),
                "--disable-hot-restart",
                "--concurrency",
                "1",
                "--log-level",
                "warning",
                "--log-format",
                "%l: %v");
        command.environment().clear();
        Process process = command.redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            CompletableFuture<String> output = new CompletableFuture<>();
            Thread.ofVirtual().name("chancery-envoy-words").start(() -> read(process, words, output));
            if (!process.waitFor(patience.one().toMillis(), TimeUnit.MILLISECONDS)) {
                return new EnvoyVerdict.Undecided(
                        "Envoy took longer than " + patience.one().toSeconds() + " s");
            }
            String said = output.get(patience.one().toMillis(), TimeUnit.MILLISECONDS);
            return process.exitValue() == 0 ? new EnvoyVerdict.Accepted(said) : new EnvoyVerdict.Refused(said);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("What Envoy wrote could not be read binary={}", envoy, e);
            return new EnvoyVerdict.Undecided("What Envoy wrote could not be read; the server's log says more");
        } finally {
            process.destroyForcibly();
        }
    }

    private static void read(Process process, EnvoyWords words, CompletableFuture<String> output) {
        try (InputStream all = process.getInputStream()) {
            output.complete(words.read(all));
        } catch (IOException e) {
            output.completeExceptionally(new UncheckedIOException(e));
        }
    }
}
