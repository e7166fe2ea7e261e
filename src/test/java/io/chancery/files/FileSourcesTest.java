package io.chancery.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.YamlDocuments;
import io.chancery.manifest.YamlResult;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Revision;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourcesTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOON);

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(CLOCK, meters);
    private final ManifestRegistry registry = new ManifestRegistry(store, _ -> false, Vault.inMemory(), CLOCK, meters);
    private Path conf = Path.of("conf");

    @BeforeEach
    void makeFolder() throws IOException {
        conf = Files.createDirectory(folder.resolve("conf"));
    }

    @AfterEach
    void close() {
        registry.close();
        store.close();
    }

    @Test
    void whatIsThereAtTheStartIsInForceAtOnce() throws IOException {
        write("a.yaml", cluster("one", 1));
        write("b.yaml", cluster("two", 1));

        FileSources sources = started(conf);

        assertThat(declared()).containsExactly("one", "two");
        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
        assertThat(status(sources, "a.yaml"))
                .isEqualTo(new FileStatus(
                        status(sources, "a.yaml").file(),
                        FileStatus.State.GOOD,
                        List.of(key("one")),
                        Optional.of(NOON),
                        List.of()));
    }

    @Test
    void aChangeCountsOnceItHasStoodStill() throws IOException {
        FileSources sources = started(conf);
        write("a.yaml", cluster("one", 1));

        sources.round();
        assertThat(declared()).isEmpty();
        write("a.yaml", cluster("one", 1) + "---\n" + cluster("two", 1));
        sources.round();
        assertThat(declared()).isEmpty();
        sources.round();
        assertThat(declared()).containsExactly("one", "two");
        sources.round();
        sources.round();
        assertThat(registry.view().revision()).isEqualTo(new Revision(1));
    }

    @Test
    void whatIsTakenOutIsRemoved() throws IOException {
        write("a.yaml", cluster("one", 1) + "---\n" + cluster("two", 1));
        write("b.yaml", cluster("three", 1));
        FileSources sources = started(conf);

        write("a.yaml", cluster("two", 1));
        Files.delete(conf.resolve("b.yaml"));
        settle(sources);

        assertThat(declared()).containsExactly("two");
        assertThat(registry.view().revision()).isEqualTo(new Revision(2));
    }

    @Test
    void aFaultyFileKeepsAllOfItsFolderAsItWas() throws IOException {
        write("a.yaml", cluster("one", 1));
        write("b.yaml", cluster("two", 1));
        FileSources sources = started(conf);

        write("a.yaml", cluster("one", 1).replace("connect_timeout: 1s", "connect_timeout: soon"));
        write("b.yaml", cluster("changed", 1));
        settle(sources);

        assertThat(declared()).containsExactly("one", "two");
        FileStatus faulty = status(sources, "a.yaml");
        assertThat(faulty.state()).isEqualTo(FileStatus.State.FAULTY);
        assertThat(faulty.manifests()).containsExactly(key("one"));
        assertThat(faulty.lastGood()).contains(NOON);
        assertThat(faulty.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.field()).isEqualTo("spec.connect_timeout"));
        assertThat(status(sources, "b.yaml").state()).isEqualTo(FileStatus.State.HELD);
        assertThat(sources.faulty()).isEqualTo(1);
        assertThat(changes("faulty")).isEqualTo(1);
        settle(sources);
        assertThat(changes("faulty")).isEqualTo(1);

        write("a.yaml", cluster("one", 2));
        settle(sources);
        assertThat(declared()).containsExactly("changed", "one");
        assertThat(sources.faulty()).isZero();
        assertThat(status(sources, "a.yaml").faults()).isEmpty();
    }

    @Test
    void aFileThatIsGoneKeepsWhatItDeclared() throws IOException {
        Path file = write("a.yaml", cluster("one", 1));
        FileSources sources = started(file);

        Files.delete(file);
        settle(sources);

        assertThat(declared()).containsExactly("one");
        assertThat(status(sources, file).faults()).containsExactly(new FileFault(0, "", "does not exist"));
    }

    @Test
    void anEmptyFileDeclaresNothing() throws IOException {
        Path file = write("a.yaml", cluster("one", 1));
        FileSources sources = started(file);

        write("a.yaml", "# nothing\n");
        settle(sources);

        assertThat(declared()).isEmpty();
        assertThat(sources.faulty()).isZero();
    }

    @Test
    void afterARestartWhatNoFileDeclaresAnyLongerIsRemoved() throws IOException {
        Path one = write("one.yaml", cluster("one", 1));
        Path two = write("two.yaml", cluster("two", 1) + "---\n" + cluster("three", 1));
        started(one, two);
        api(cluster("mine", 1));

        write("two.yaml", cluster("three", 1));
        FileSources sources = started(two);

        assertThat(declared()).containsExactly("mine", "three");
        assertThat(sources.watched()).isEqualTo(1);
    }

    @Test
    void afterARestartAFaultyFileKeepsWhatItDeclared() throws IOException {
        Path one = write("one.yaml", cluster("one", 1));
        started(one);

        write("one.yaml", "a: [");
        FileSources sources = started(one);

        assertThat(declared()).containsExactly("one");
        assertThat(status(sources, one).lastGood()).isEmpty();
    }

    @Test
    void withoutAnyFilesWhatFilesDeclaredIsRemoved() throws IOException {
        started(write("one.yaml", cluster("one", 1)));

        assertThat(started().watched()).isZero();

        assertThat(declared()).isEmpty();
    }

    @Test
    void aManifestThatMovesToAnotherSourceIsTriedAgainOnceItIsFree() throws IOException {
        Path one = write("one.yaml", cluster("one", 1));
        Path two = write("two.yaml", "");
        FileSources sources = started(two, one);

        write("one.yaml", "");
        write("two.yaml", cluster("one", 1));
        settle(sources);
        settle(sources);

        assertThat(declared()).containsExactly("one");
        assertThat(status(sources, two).manifests()).containsExactly(key("one"));
        assertThat(sources.faulty()).isZero();
    }

    @Test
    void twoSourcesCannotDeclareTheSame() throws IOException {
        Path one = write("one.yaml", cluster("one", 1));
        Path two = write("two.yaml", cluster("one", 2));

        FileSources sources = started(one, two);

        assertThat(status(sources, two).faults()).singleElement().satisfies(fault -> {
            assertThat(fault.line()).isEqualTo(1);
            assertThat(fault.reason()).contains("Resource/one", one.toString());
        });
    }

    @Test
    void whatTheRegistryRefusesIsShownAtItsFile() throws IOException {
        api(cluster("mine", 1, "shared"));
        write("a.yaml", cluster("one", 1));
        write("b.yaml", "# a comment\n---\n" + cluster("two", 1, "shared"));

        FileSources sources = started(conf);

        assertThat(declared()).containsExactly("mine");
        assertThat(status(sources, "b.yaml").faults()).singleElement().satisfies(fault -> {
            assertThat(fault.line()).isEqualTo(3);
            assertThat(fault.reason()).contains("Resource/mine");
        });
        assertThat(status(sources, "a.yaml").state()).isEqualTo(FileStatus.State.HELD);
    }

    @Test
    void whatAFileDeclaresIsTakenOverFromTheApi() throws IOException {
        api(cluster("one", 1));

        FileSources sources = started(write("one.yaml", cluster("one", 2)));

        assertThat(sources.faulty()).isZero();
        assertThat(registry.view().manifest(key("one")).orElseThrow().owner()).isPresent();
    }

    @Test
    void sourcesAreCountedByState() throws IOException {
        Path one = write("one.yaml", cluster("one", 1));
        Path two = write("two.yaml", "a: [");
        started(one, two);

        assertThat(gauge("good")).isEqualTo(1);
        assertThat(gauge("faulty")).isEqualTo(1);
        assertThat(changes("applied")).isEqualTo(1);
    }

    /** Two rounds see a change, and that it stands still. */
    private static void settle(FileSources sources) {
        sources.round();
        sources.round();
    }

    /** Without the scheduler: the rounds are those of the tests. */
    private FileSources started(Path... files) {
        List<String> names = Stream.of(files).map(Path::toString).toList();
        meters.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("chancery.files"))
                .forEach(meters::remove);
        FileSources sources = new FileSources(names, registry, CLOCK, meters);
        sources.load();
        return sources;
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(conf.resolve(name), content);
    }

    private FileStatus status(FileSources sources, String file) {
        return status(sources, conf.resolve(file));
    }

    private static FileStatus status(FileSources sources, Path file) {
        return Objects.requireNonNull(sources.files().get(file.toString()));
    }

    private Set<String> declared() {
        return registry.view().manifests().keySet().stream()
                .map(ManifestKey::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void api(String yaml) {
        if (YamlDocuments.read(yaml) instanceof YamlResult.Read(var documents)
                && Documents.read(0, documents.getFirst().content()) instanceof DocumentResult.Read(Change change)) {
            registry.apply(List.of(change), "ada");
        } else {
            throw new AssertionError(yaml);
        }
    }

    private double gauge(String state) {
        return meters.get("chancery.files.sources").tag("state", state).gauge().value();
    }

    private double changes(String outcome) {
        return meters.get("chancery.files.changes")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private static ManifestKey key(String name) {
        return new ManifestKey(ManifestKind.RESOURCE, name);
    }

    private static String cluster(String name, int seconds) {
        return cluster(name, seconds, name);
    }

    private static String cluster(String name, int seconds, String resource) {
        return """
                kind: Resource
                name: %s
                spec:
                  "@type": type.googleapis.com/envoy.config.cluster.v3.Cluster
                  name: %s
                  connect_timeout: %ds
                """.formatted(name, resource, seconds);
    }
}
