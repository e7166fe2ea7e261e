package io.chancery.snapshot;

import io.chancery.manifest.ManifestView;
import io.chancery.model.Revision;
import io.chancery.registry.RegistryView;
import io.chancery.registry.ServiceView;
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

/** What it costs to compile one service of which an endpoint changed, beside how many other services there are. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class RegistrationBenchmark {

    private static final NodeGroup GROUP = new NodeGroup(Set.of(), EndpointForm.PLAIN);
    private static final ManifestView NO_MANIFESTS = new ManifestView(Revision.ZERO, TreePMap.empty());

    @Param({"10", "1000", "10000"})
    public int services;

    @Param({"10", "1000"})
    public int endpoints;

    private final Catalogue catalogue = new Catalogue(0);
    private RegistryView registry = ManyServices.of(0);
    private ServiceView one = ManyServices.service("s-0", 1, 80);
    private ServiceView other = one;
    private Snapshot snapshot = Snapshot.EMPTY;
    private long revision = 1;

    /** Makes the services, and two forms of the one that changes. */
    @Setup
    public void register() {
        registry = ManyServices.of(services);
        catalogue.complete(
                Set.of(GROUP),
                catalogue.update(
                        new Sources(registry, NO_MANIFESTS, Quarantine.View.EMPTY),
                        new Sources.Changes(registry.services().keySet(), Set.of(), Set.of()), 0));
        snapshot = SnapshotCompiler.first(catalogue, GROUP, new Revision(revision))
                .snapshot();
        one = ManyServices.service("s-0", endpoints, 80);
        other = ManyServices.service("s-0", endpoints, 81);
    }

    /** Compiles what changed, as the compiler's thread does. */
    @Benchmark
    public Snapshot change() {
        revision++;
        ServiceView next = revision % 2 == 0 ? one : other;
        registry = new RegistryView(
                new Revision(revision),
                registry.endpointCount(),
                registry.services().plus(next.name(), next));
        Touched touched = catalogue.update(
                new Sources(registry, NO_MANIFESTS, Quarantine.View.EMPTY),
                new Sources.Changes(Set.of(next.name()), Set.of(), Set.of()), 0);
        catalogue.complete(Set.of(GROUP), touched);
        snapshot = SnapshotCompiler.after(snapshot, catalogue, GROUP, touched, new Revision(revision))
                .snapshot();
        return snapshot;
    }
}
