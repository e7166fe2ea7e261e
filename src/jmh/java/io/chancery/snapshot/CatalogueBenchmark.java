package io.chancery.snapshot;

import io.chancery.manifest.Change;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestView;
import io.chancery.model.Revision;
import io.chancery.registry.RegistryView;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.pcollections.TreePMap;
import tools.jackson.databind.json.JsonMapper;

/** What it costs to compile one listener whose routes changed, beside how many other listeners and services there are. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CatalogueBenchmark {

    private static final JsonMapper JSON = new JsonMapper();
    private static final NodeGroup GROUP = new NodeGroup(Set.of(), EndpointForm.PLAIN);

    @Param({"10", "1000", "10000"})
    public int listeners;

    @Param({"1", "1000"})
    public int routes;

    @Param({"10", "1000", "10000"})
    public int services;

    private final Catalogue catalogue = new Catalogue(0);
    private RegistryView registry = ManyServices.of(0);
    private ManifestView view = new ManifestView(Revision.ZERO, TreePMap.empty());
    private Snapshot snapshot = Snapshot.EMPTY;
    private DeclaredManifest one = listener("l-0", 1, "1s");
    private DeclaredManifest other = one;
    private long revision = 1;

    /** Makes the services, the other listeners, of one route each, and two forms of the one that changes. */
    @Setup
    public void declare() {
        registry = ManyServices.of(services);
        catalogue.complete(
                Set.of(GROUP),
                catalogue.update(
                        new Sources(registry, view, Quarantine.View.EMPTY),
                        new Sources.Changes(registry.services().keySet(), Set.of(), Set.of()), 0));
        for (int i = 1; i < listeners; i++) {
            put(listener("l-" + i, 1, "1s"));
        }
        snapshot = SnapshotCompiler.first(catalogue, GROUP, new Revision(revision))
                .snapshot();
        one = listener("l-0", routes, "1s");
        other = listener("l-0", routes, "2s");
        compile(one);
    }

    private void put(DeclaredManifest declared) {
        view = new ManifestView(
                new Revision(revision), view.manifests().plus(declared.manifest().key(), declared));
        catalogue.update(
                new Sources(registry, view, Quarantine.View.EMPTY),
                new Sources.Changes(Set.of(), Set.of(declared.manifest().key()), Set.of()),
                0);
    }

    private static DeclaredManifest listener(String name, int routes, String timeout) {
        StringBuilder document = new StringBuilder("{\"kind\":\"Listener\",\"name\":\"" + name
                + "\",\"spec\":{\"port\":80,\"routes\":[{\"path\":\"/timeout\",\"service\":\"s-0\",\"timeout\":\"" + timeout
                + "\"}");
        for (int i = 1; i < routes; i++) {
            document.append(",{\"prefix\":\"/p").append(i).append("\",\"service\":\"s-0\"}");
        }
        if (Documents.read(0, JSON.readTree(document.append("]}}").toString()))
                        instanceof DocumentResult.Read(Change change)
                && change instanceof Change.Put put) {
            return new DeclaredManifest(put.manifest(), new Revision(1), Instant.EPOCH, "benchmark");
        }
        throw new IllegalStateException("the document is not read");
    }

    /** Compiles what changed, as the compiler's thread does. */
    @Benchmark
    public Snapshot change() {
        return compile(revision % 2 == 0 ? one : other);
    }

    private Snapshot compile(DeclaredManifest next) {
        revision++;
        ManifestKey key = next.manifest().key();
        view = new ManifestView(new Revision(revision), view.manifests().plus(key, next));
        Touched touched = catalogue.update(
                new Sources(registry, view, Quarantine.View.EMPTY),
                new Sources.Changes(Set.of(), Set.of(key), Set.of()), 0);
        catalogue.complete(Set.of(GROUP), touched);
        snapshot = SnapshotCompiler.after(snapshot, catalogue, GROUP, touched, new Revision(revision))
                .snapshot();
        return snapshot;
    }
}
