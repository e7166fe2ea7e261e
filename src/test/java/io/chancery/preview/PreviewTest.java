package io.chancery.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.ApplyOptions;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.Change;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ServiceDirectory;
import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.NodeSelector;
import io.chancery.model.ResourceType;
import io.chancery.model.ServiceName;
import io.chancery.preview.PreviewResult.Depth;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.chancery.snapshot.Compilation;
import io.chancery.store.Store;
import io.chancery.store.Stores;
import io.chancery.testing.TestingManifests;
import io.chancery.vault.Vault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class PreviewTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final NodeSelector EDGES =
            new NodeSelector(List.of("edge-*"), List.of(), Map.of(), Locality.UNKNOWN);
    private static final NodeSelector BLUE = new NodeSelector(List.of(), List.of("blue"), Map.of(), Locality.UNKNOWN);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Store store = Stores.inMemory(CLOCK, meters);
    private final EndpointRegistry endpoints = new EndpointRegistry(store, 100, meters);
    private final ManifestRegistry manifests =
            new ManifestRegistry(store, ServiceDirectory.of(endpoints), Vault.inMemory(), CLOCK, meters);
    private final TestingStreams streams = new TestingStreams();
    private final Preview preview =
            new Preview(streams, Compilation.of(endpoints), Optional.empty(), InstantSource.system());

    @AfterEach
    void close() {
        manifests.close();
        endpoints.close();
        store.close();
    }

    @Test
    void whereNobodyIsConnectedEachSelectorHasAGroup() {
        apply(cluster("same", "{}", "1s"));

        List<GroupPreview> groups = preview(
                cluster("all", "{}", "1s"),
                cluster("edges", "{\"id\": \"edge-*\"}", "1s"),
                cluster("same", "{}", "1s"));

        assertThat(groups).extracting(GroupPreview::nodes).containsOnly(List.of());
        assertThat(groups).extracting(GroupPreview::selectors).containsExactlyInAnyOrder(Set.of(), Set.of(EDGES));
        assertThat(names(group(groups, Set.of()))).containsExactly("ADDED all");
        assertThat(names(group(groups, Set.of(EDGES)))).containsExactly("ADDED all", "ADDED edges");
    }

    @Test
    void nodesForWhichItComesToTheSameAreOneGroup() {
        apply(cluster("beside", "{\"cluster\": \"blue\"}", "1s"));
        streams.with("edge-1", "blue")
                .with("edge-2", "red")
                .with("core", "blue")
                .with("core", "blue");

        List<GroupPreview> groups = preview(cluster("edges", "{\"id\": \"edge-*\"}", "1s"), cluster("all", "{}", "1s"));

        assertThat(groups)
                .extracting(GroupPreview::nodes)
                .containsExactly(List.of("core"), List.of("edge-1", "edge-2"));
        assertThat(names(groups.get(0))).containsExactly("ADDED all");
        assertThat(names(groups.get(1))).containsExactly("ADDED all", "ADDED edges");
    }

    @Test
    void groupsForWhichNothingChangesAreNotShown() {
        streams.with("edge-1", "blue").with("core", "red");

        assertThat(preview(cluster("edges", "{\"id\": \"edge-*\"}", "1s")))
                .extracting(GroupPreview::nodes)
                .containsExactly(List.of("edge-1"));
        assertThat(preview()).isEmpty();
    }

    @Test
    void aSelectorThatMatchesNobodyHasAGroupOfItsOwn() {
        streams.with("edge-1", "blue");

        List<GroupPreview> groups = preview(cluster("red", "{\"cluster\": \"red\"}", "1s"));

        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.nodes()).isEmpty();
            assertThat(group.selectors()).hasSize(1);
            assertThat(names(group)).containsExactly("ADDED red");
        });
    }

    @Test
    void whoTheManifestIsForAtPresentSeesItGo() {
        apply(cluster("moving", "{\"cluster\": \"blue\"}", "1s"));
        streams.with("edge-1", "red").with("core", "blue");

        List<GroupPreview> groups = preview(cluster("moving", "{\"id\": \"edge-*\"}", "1s"));

        assertThat(names(group(groups, Set.of(BLUE)))).containsExactly("REMOVED moving");
        assertThat(names(group(groups, Set.of(EDGES)))).containsExactly("ADDED moving");
    }

    @Test
    void whatIsForSomeNodesGoesBeforeWhatIsForAll() {
        apply(cluster("base", "{}", "1s").replace("\"spec\": {", "\"spec\": {\"alt_stat_name\": \"for-all\", "));
        streams.with("edge-1", "blue").with("core", "blue");
        String special = cluster("special", "{\"id\": \"edge-*\"}", "9s")
                .replace("\"name\": \"special\", \"c", "\"name\": \"base\", \"c");

        List<GroupPreview> groups = preview(special);

        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(group.nodes()).containsExactly("edge-1");
            ResourceChange change = group.changes().getFirst();
            assertThat(change.source()).isEqualTo("Resource/special");
            assertThat(change.diff().orElseThrow()).contains("-alt_stat_name: for-all", "+connect_timeout: 9s");
        });
        apply(special);
        assertThat(preview("{\"kind\": \"Resource\", \"name\": \"special\", \"delete\": true}"))
                .singleElement()
                .satisfies(
                        group -> assertThat(group.changes().getFirst().source()).isEqualTo("Resource/base"));
    }

    @Test
    void whatCoversARegisteredServiceIsAChangeOfIt() {
        endpoints.register(new ServiceName("cart"), Endpoint.of(HostPort.parse("10.0.0.1:80")), Precondition.NONE);
        streams.with("core", "blue");

        List<GroupPreview> groups = preview(cluster("cart", "{}", "7s"));

        assertThat(groups).singleElement().satisfies(group -> {
            assertThat(names(group)).containsExactly("CHANGED cart");
            assertThat(group.changes().getFirst().diff().orElseThrow())
                    .contains("-type: EDS", "-connect_timeout: 1s", "+connect_timeout: 7s");
        });
    }

    @Test
    void aSecretIsNotInADifference() {
        apply(secret("HIDDEN-ONE"));

        assertThat(preview(secret("HIDDEN-TWO"))).singleElement().satisfies(group -> {
            ResourceChange change = group.changes().getFirst();
            assertThat(change.kind()).isEqualTo(ResourceChange.Kind.CHANGED);
            assertThat(change.diff()).contains("");
        });
    }

    @Test
    void aLongListOfChangesIsCut() {
        String[] documents = new String[GroupPreview.MAX_CHANGES + 5];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = cluster("c" + i, "{}", "1s");
        }

        assertThat(preview(documents)).singleElement().satisfies(group -> {
            assertThat(group.changes()).hasSize(GroupPreview.MAX_CHANGES);
            assertThat(group.more()).isEqualTo(5);
        });
    }

    @Test
    void aLongListOfGroupsIsCut() {
        for (int i = 0; i < Preview.MAX_GROUPS + 3; i++) {
            streams.with("n" + i, "c" + i);
        }
        String[] documents = new String[Preview.MAX_GROUPS + 3];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = cluster("c" + i, "{\"cluster\": \"c" + i + "\"}", "1s");
        }

        PreviewResult.Previewed previewed = previewed(documents);

        assertThat(previewed.groups()).hasSize(Preview.MAX_GROUPS);
        assertThat(previewed.more()).isEqualTo(3);
    }

    @Test
    void withoutAnEnvoyNoneIsAsked() {
        assertThat(preview.of(manifests.dryRun(changes(cluster("a", "{}", "1s")), ApplyOptions.by("ada")), Depth.ENVOY))
                .isEqualTo(new PreviewResult.NoEnvoy());
    }

    @Test
    void anEnvoyIsAskedOfAllThatEachGroupWouldHave(@TempDir Path folder) throws IOException {
        endpoints.register(new ServiceName("cart"), Endpoint.of(HostPort.parse("10.0.0.1:80")), Precondition.NONE);
        apply(cluster("beside", "{\"cluster\": \"blue\"}", "1s"), TestingManifests.routes("cart"));
        streams.with("edge-1", "blue").with("edge-2", "red");
        Path program = Files.writeString(
                folder.resolve("program"), "#!/bin/sh\n/bin/grep -a -o 'beside\\|edges\\|10[.]0[.]0[.]1' \"$4\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Preview asking = new Preview(streams, Compilation.of(endpoints), Optional.of(program), InstantSource.system());

        PreviewResult.Previewed previewed = assertInstanceOf(
                PreviewResult.Previewed.class,
                asking.of(
                        manifests.dryRun(
                                changes(cluster("edges", "{\"id\": \"edge-*\"}", "1s")), ApplyOptions.by("ada")),
                        Depth.ENVOY));

        assertThat(previewed.groups())
                .extracting(GroupPreview::nodes)
                .containsExactly(List.of("edge-1"), List.of("edge-2"));
        assertThat(said(previewed.groups().get(0))).containsExactlyInAnyOrder("beside", "edges", "10.0.0.1");
        assertThat(said(previewed.groups().get(1))).containsExactlyInAnyOrder("edges", "10.0.0.1");
    }

    private static List<String> said(GroupPreview group) {
        return assertInstanceOf(EnvoyVerdict.Accepted.class, group.verdict().orElseThrow())
                .words()
                .lines()
                .toList();
    }

    @Test
    void whatNodesWereToHaveIsSortedAndForThemOnly() {
        endpoints.register(new ServiceName("cart"), Endpoint.of(HostPort.parse("10.0.0.1:80")), Precondition.NONE);
        apply(
                cluster("b", "{}", "1s"),
                cluster("a", "{\"id\": \"edge-*\"}", "1s"),
                cluster("c", "{\"id\": \"x\"}", "1s"));
        var before = manifests.view();
        apply(cluster("b", "{}", "2s"));
        Node edge = new Node("edge-1", "", Locality.UNKNOWN, Map.of());

        var resources = preview.resources(edge, ResourceType.CLUSTER, before);

        assertThat(resources.keySet()).containsExactly("a", "b", "cart");
        assertThat(Objects.requireNonNull(resources.get("b"))
                        .get()
                        .orElseThrow()
                        .message()
                        .toString())
                .contains("seconds: 1");
        assertThat(Objects.requireNonNull(resources.get("cart"))
                        .get()
                        .orElseThrow()
                        .origin()
                        .source())
                .isEqualTo("service/cart");
        assertThat(preview.resources(edge, ResourceType.LISTENER, before)).isEmpty();
    }

    private void apply(String... documents) {
        assertThat(manifests.apply(changes(documents), "ada")).isInstanceOf(ApplyResult.Applied.class);
    }

    private List<GroupPreview> preview(String... documents) {
        return previewed(documents).groups();
    }

    private PreviewResult.Previewed previewed(String... documents) {
        return assertInstanceOf(
                PreviewResult.Previewed.class,
                preview.of(manifests.dryRun(changes(documents), ApplyOptions.by("ada")), Depth.RESOURCES));
    }

    private static List<Change> changes(String... documents) {
        List<Change> changes = new ArrayList<>();
        for (String document : documents) {
            changes.add(
                    assertInstanceOf(DocumentResult.Read.class, Documents.read(changes.size(), JSON.readTree(document)))
                            .change());
        }
        return changes;
    }

    private static GroupPreview group(List<GroupPreview> groups, Set<NodeSelector> selectors) {
        return groups.stream()
                .filter(group -> group.selectors().equals(selectors))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> names(GroupPreview group) {
        return group.changes().stream()
                .map(change -> change.kind() + " " + change.name())
                .toList();
    }

    private static String cluster(String name, String nodes, String timeout) {
        String selector = nodes.equals("{}") ? "" : "\"nodes\": " + nodes + ", ";
        return "{\"kind\": \"Resource\", \"name\": \"" + name + "\", " + selector
                + "\"spec\": {\"@type\": \"type.googleapis.com/envoy.config.cluster.v3.Cluster\", \"name\": \"" + name
                + "\", \"connect_timeout\": \"" + timeout + "\"}}";
    }

    private static String secret(String value) {
        return "{\"kind\": \"Resource\", \"name\": \"s\", \"spec\": {\"@type\":"
                + " \"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret\", \"name\": \"s\","
                + " \"generic_secret\": {\"secret\": {\"inline_string\": \"" + value + "\"}}}}";
    }
}
