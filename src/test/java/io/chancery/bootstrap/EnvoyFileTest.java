package io.chancery.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.chancery.manifest.YamlDocuments;
import io.chancery.manifest.YamlResult;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Locality;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.bootstrap.v3.RuntimeLayer;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.core.v3.ApiConfigSource;
import io.envoyproxy.envoy.extensions.filters.http.router.v3.Router;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.envoyproxy.envoy.extensions.upstreams.http.v3.HttpProtocolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvoyFileTest {

    private static final EnvoyIdentity EDGE = new EnvoyIdentity("edge-1", "edge", Locality.UNKNOWN);
    private static final TypeRegistry TYPES = TypeRegistry.newBuilder()
            .add(HttpProtocolOptions.getDescriptor())
            .add(DownstreamConnectionsConfig.getDescriptor())
            .add(HttpConnectionManager.getDescriptor())
            .add(Router.getDescriptor())
            .add(PreviousHostsPredicate.getDescriptor())
            .build();

    @Test
    void theTextSaysWhatTheMessageDoes() throws IOException {
        EnvoyFile file = file(EDGE, "xds.example.com:18000", "127.0.0.1:0", "common,edge");

        assertThat(parsed(file.toYaml())).isEqualTo(file.toMessage());
    }

    /** The project's own file is one way to make such a file; what both have is the same. */
    @Test
    void whatTheProjectsFileHasTooIsTheSameThere() throws IOException {
        Bootstrap made = file(
                        new EnvoyIdentity("test-id", "mycluster", Locality.UNKNOWN),
                        "127.0.0.1:18000",
                        "127.0.0.1:9901",
                        "")
                .toMessage();
        Bootstrap written = parsed(Files.readString(Path.of("envoy.yaml")));

        assertThat(written.getNode()).isEqualTo(made.getNode());
        assertThat(written.getAdmin()).isEqualTo(made.getAdmin());
        assertThat(written.getDynamicResources().getAdsConfig())
                .isEqualTo(made.getDynamicResources().getAdsConfig());
        assertThat(written.getDynamicResources().getCdsConfig())
                .isEqualTo(made.getDynamicResources().getCdsConfig());
        assertThat(written.getStaticResources().getClustersList())
                .isEqualTo(made.getStaticResources().getClustersList());
        assertThat(written.getOverloadManager()).isEqualTo(made.getOverloadManager());
    }

    @Test
    void everythingComesOverOneDeltaStream() {
        Bootstrap bootstrap =
                file(EDGE, "127.0.0.1:18000", "127.0.0.1:9901", "").toMessage();

        ApiConfigSource ads = bootstrap.getDynamicResources().getAdsConfig();
        assertThat(ads.getApiType()).isEqualTo(ApiConfigSource.ApiType.DELTA_GRPC);
        assertThat(ads.getSetNodeOnFirstMessageOnly()).isTrue();
        assertThat(bootstrap.getDynamicResources().getLdsConfig().hasAds()).isTrue();
        assertThat(bootstrap.getDynamicResources().getCdsConfig().hasAds()).isTrue();
    }

    @Test
    void layersAreAskedForBetweenTheFilesOwnAndTheAdminPages() {
        List<RuntimeLayer> layers = file(EDGE, "127.0.0.1:18000", "127.0.0.1:9901", "common,edge")
                .toMessage()
                .getLayeredRuntime()
                .getLayersList();

        assertThat(layers).extracting(RuntimeLayer::getName).containsExactly("static", "common", "edge", "admin");
        assertThat(layers)
                .extracting(RuntimeLayer::getLayerSpecifierCase)
                .containsExactly(
                        RuntimeLayer.LayerSpecifierCase.STATIC_LAYER,
                        RuntimeLayer.LayerSpecifierCase.RTDS_LAYER,
                        RuntimeLayer.LayerSpecifierCase.RTDS_LAYER,
                        RuntimeLayer.LayerSpecifierCase.ADMIN_LAYER);
        assertThat(layers.get(1).getRtdsLayer().getName()).isEqualTo("common");
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.7:18000, STATIC, 10.0.0.7",
        "[::1]:18000, STATIC, ::1",
        "xds.example.com:18000, STRICT_DNS, xds.example.com",
        "xds.example.com.:18000, STRICT_DNS, xds.example.com.",
        "chancery:18000, STRICT_DNS, chancery"
    })
    void anAddressIsStaticAndANameIsResolved(String xds, Cluster.DiscoveryType type, String host) {
        Cluster cluster = file(EDGE, xds, "127.0.0.1:9901", "")
                .toMessage()
                .getStaticResources()
                .getClusters(0);

        assertThat(cluster.getType()).isEqualTo(type);
        assertThat(cluster.getLoadAssignment()
                        .getEndpoints(0)
                        .getLbEndpoints(0)
                        .getEndpoint()
                        .getAddress()
                        .getSocketAddress()
                        .getAddress())
                .isEqualTo(host);
    }

    @Test
    void whoTheNodeIsIsWrittenSoThatNothingElseIs() throws IOException {
        EnvoyIdentity odd = new EnvoyIdentity("a: b # \"c\" ü", "{x}", new Locality("eu", "a", "1"));

        Bootstrap read =
                parsed(file(odd, "127.0.0.1:18000", "127.0.0.1:9901", "").toYaml());

        assertThat(read.getNode().getId()).isEqualTo("a: b # \"c\" ü");
        assertThat(read.getNode().getCluster()).isEqualTo("{x}");
        assertThat(read.getNode().getLocality().getSubZone()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.7",
                "10.0.0.7:0",
                "10.0.0.7:65536",
                "10.0.0.7:http",
                "0.0.0.0:18000",
                "10.0.0.256:18000",
                "::1:18000",
                "[::1:18000",
                "[xds.example.com]:18000",
                "http://a:18000",
                "a b:18000",
                "-a:18000",
                "a..b:18000"
            })
    void whereNobodyCanConnectToIsRefused(String xds) {
        assertThatThrownBy(() -> XdsAddress.parse(xds))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.field()).isEqualTo("xds"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:9901", "[::]:9901", "10.0.0.7:0"})
    void adminPagesGoWhereTheyAreToldTo(String admin) {
        assertThat(AdminAddress.parse(admin).port()).isIn(0, 9_901);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost:9901", "127.0.0.1", "127.0.0.1:65536", "127.0.0.1:-1", "::1:9901"})
    void adminPagesNeedAnAddress(String admin) {
        assertThatThrownBy(() -> AdminAddress.parse(admin))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.field()).isEqualTo("admin"));
    }

    @ParameterizedTest
    @ValueSource(strings = {",", "a,", "a,a", "static", "admin", "a b", "a/b"})
    void layersHaveNamesOfTheirOwn(String layers) {
        assertThatThrownBy(() -> RuntimeLayers.parse(layers))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.field()).isEqualTo("layers"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb"})
    void aNodeHasAnId(String node) {
        assertThatThrownBy(() -> new EnvoyIdentity(node, "edge", Locality.UNKNOWN))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.field()).isEqualTo("node"));
        assertThatThrownBy(() -> new EnvoyIdentity("edge-1", node, Locality.UNKNOWN))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.field()).isEqualTo("cluster"));
    }

    private static EnvoyFile file(EnvoyIdentity identity, String xds, String admin, String layers) {
        return new EnvoyFile(
                identity,
                XdsAddress.parse(xds),
                AdminAddress.parse(admin),
                RuntimeLayers.parse(layers),
                RuntimeFallback.NONE);
    }

    private static Bootstrap parsed(String yaml) throws IOException {
        String json = assertInstanceOf(YamlResult.Read.class, YamlDocuments.read(yaml))
                .documents()
                .getFirst()
                .content()
                .toString();
        Bootstrap.Builder bootstrap = Bootstrap.newBuilder();
        JsonFormat.parser().usingTypeRegistry(TYPES).merge(json, bootstrap);
        return bootstrap.build();
    }
}
