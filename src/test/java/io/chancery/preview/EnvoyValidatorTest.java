package io.chancery.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.preview.EnvoyValidator.Patience;
import io.chancery.snapshot.Reference;
import io.chancery.snapshot.Resource;
import io.chancery.testing.TestingManifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With programs in Envoy's place: what becomes of what they write, and of those that do not end. */
class EnvoyValidatorTest {

    private static final Patience SHORT =
            new Patience(Duration.ofMillis(200), Duration.ofSeconds(1), Duration.ofSeconds(30));
    private static final Patience LONG =
            new Patience(Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(30));
    private static final GroupPreview GROUP = new GroupPreview(Set.of(), List.of(), List.of(), 0, Optional.empty());
    private static final String SECRET = "CORRECT-HORSE-BATTERY-STAPLE";

    @TempDir
    private Path folder;

    @Test
    void whatItWritesIsToldWithoutSecretsAndThePlaceOfItsFile() throws IOException {
        EnvoyVerdict verdict = verdict("echo \"bad configuration $4\"; cat \"$4\"; exit 1");

        assertThat(assertInstanceOf(EnvoyVerdict.Refused.class, verdict).words())
                .startsWith("bad configuration bootstrap.pb")
                .contains("[redacted]")
                .doesNotContain(SECRET);
    }

    @Test
    void itsGoodWordIsTakenForGood() throws IOException {
        assertThat(verdict("echo fine")).isEqualTo(new EnvoyVerdict.Accepted("fine"));
    }

    @Test
    void itIsGivenAFileThatOnlyTheOwnerReadsAndNothingElse() throws IOException {
        String words = assertInstanceOf(
                        EnvoyVerdict.Accepted.class,
                        verdict(
                                "stat -c %a \"$4\" \"$(dirname \"$4\")\"; env | grep -v '^\\(PWD\\|SHLVL\\|_\\)='; true"))
                .words();

        assertThat(words).isEqualTo("600\n700");
    }

    @Test
    void nothingIsLeftBehind() throws IOException {
        Path note = folder.resolve("note");

        verdict("echo \"$4\" > " + note);

        Path file = Path.of(Files.readString(note).strip());
        assertThat(file).doesNotExist();
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void whatDoesNotEndIsEnded() throws IOException {
        Path note = folder.resolve("note");

        EnvoyVerdict verdict = verdict("echo $$ > " + note + "; exec sleep 600", SHORT);

        assertThat(assertInstanceOf(EnvoyVerdict.Undecided.class, verdict).reason())
                .contains("longer than 1 s");
        long process = Long.parseLong(Files.readString(note).strip());
        assertThat(ProcessHandle.of(process)
                        .filter(ProcessHandle::isAlive)
                        .map(one -> one.onExit()
                                .orTimeout(10, TimeUnit.SECONDS)
                                .join()
                                .isAlive()))
                .isNotEqualTo(Optional.of(true));
    }

    @Test
    void aFloodOfWordsIsBounded() throws IOException {
        EnvoyVerdict verdict = verdict("head -c 20000000 /dev/zero | tr '\\0' 'x'; exit 1", LONG);

        assertThat(assertInstanceOf(EnvoyVerdict.Refused.class, verdict).words())
                .hasSizeLessThan(10_000);
    }

    @Test
    void whatCannotBeStartedLeavesItUndecided() throws IOException {
        EnvoyValidator validator =
                new EnvoyValidator(Optional.of(folder.resolve("missing")), SHORT, InstantSource.system());

        assertThat(verdict(validator)).isInstanceOf(EnvoyVerdict.Undecided.class);
    }

    @Test
    void oneIsAskedAtATime() throws Exception {
        EnvoyValidator validator = new EnvoyValidator(
                Optional.of(program("while [ ! -e " + folder + "/go ]; do sleep 0.05; done")),
                new Patience(Duration.ofMillis(200), Duration.ofSeconds(60), Duration.ofSeconds(60)),
                InstantSource.system());
        CountDownLatch asked = new CountDownLatch(1);
        CompletableFuture<PreviewResult> first = CompletableFuture.supplyAsync(() -> validator.judged(
                List.of(GROUP),
                _ -> {
                    asked.countDown();
                    return Map.of();
                },
                0));
        asked.await();

        assertThat(validator.judged(List.of(GROUP), _ -> Map.of(), 0)).isEqualTo(new PreviewResult.Busy());
        Files.createFile(folder.resolve("go"));
        assertThat(first.join()).isInstanceOf(PreviewResult.Previewed.class);
        assertThat(validator.judged(List.of(GROUP), _ -> Map.of(), 0)).isInstanceOf(PreviewResult.Previewed.class);
    }

    @Test
    void whatThereIsNoTimeForIsLeftOut() throws IOException {
        EnvoyValidator validator = new EnvoyValidator(
                Optional.of(program("true")),
                new Patience(Duration.ofSeconds(1), Duration.ofSeconds(20), Duration.ZERO),
                InstantSource.system());

        assertThat(verdict(validator)).isInstanceOf(EnvoyVerdict.Undecided.class);
    }

    private EnvoyVerdict verdict(String script) throws IOException {
        return verdict(script, LONG);
    }

    private EnvoyVerdict verdict(String script, Patience patience) throws IOException {
        return verdict(new EnvoyValidator(Optional.of(program(script)), patience, InstantSource.system()));
    }

    private static EnvoyVerdict verdict(EnvoyValidator validator) {
        PreviewResult.Previewed previewed =
                assertInstanceOf(PreviewResult.Previewed.class, validator.judged(List.of(GROUP), _ -> resources(), 0));
        return previewed.groups().getFirst().verdict().orElseThrow();
    }

    /** A program; the file with the configuration is its fourth argument. */
    private Path program(String script) throws IOException {
        Path program = folder.resolve("program");
        Files.writeString(program, "#!/bin/sh\nPATH=/usr/bin:/bin\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    private static Map<Reference, Resource> resources() {
        return TestingResources.of(TestingManifests.resource("s", """
                {"@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret", "name": "s",
                 "generic_secret": {"secret": {"inline_string": "%s"}}}""".formatted(SECRET)));
    }
}
