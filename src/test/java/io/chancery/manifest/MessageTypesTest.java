package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTypesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "envoy.config.cluster.v3.Cluster",
                "envoy.config.cluster.v3.Cluster.EdsClusterConfig",
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                "xds.type.v3.TypedStruct",
                "udpa.type.v1.TypedStruct",
                "google.protobuf.Struct",
                "google.protobuf.StringValue"
            })
    void aMessageIsFoundByItsName(String name) {
        Message found = MessageTypes.find("type.googleapis.com/" + name).orElseThrow();

        assertThat(found.getDescriptorForType().getFullName()).isEqualTo(name);
        assertThat(MessageTypes.found().find(name)).isEqualTo(found.getDescriptorForType());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "type.googleapis.com/",
                "envoy.config.cluster.v3.Cluster",
                "example.com/envoy.config.cluster.v3.Cluster",
                "type.googleapis.com/envoy.config.cluster.v3.cluster",
                "type.googleapis.com/envoy.config.cluster.v3.ClusterProto",
                "type.googleapis.com/envoy.config.cluster.v3.Cluster.Builder",
                "type.googleapis.com/envoy.config.cluster.v3.Cluster$EdsClusterConfig",
                "type.googleapis.com/envoy.api.v2.Cluster",
                "type.googleapis.com/envoy.config.filter.http.router.v2.Router",
                "type.googleapis.com/java.lang.String",
                "type.googleapis.com/envoy.Cluster",
                "type.googleapis.com/envoy..Cluster"
            })
    void nothingElseIsFound(String url) {
        assertThat(MessageTypes.find(url)).isEmpty();
    }

    /** What a type is found with stays known when another one is. */
    @Test
    void typesThatWereFoundStayKnown() {
        MessageTypes.find("type.googleapis.com/envoy.extensions.filters.http.router.v3.Router");
        MessageTypes.find("type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors");

        assertThat(MessageTypes.found().find("envoy.extensions.filters.http.router.v3.Router"))
                .isNotNull();
    }
}
