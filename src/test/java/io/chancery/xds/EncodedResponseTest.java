package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is written field by field is what the generated classes read, and write again the same. */
class EncodedResponseTest {

    private static final ServedType CLUSTERS = ServedType.of(ResourceType.CLUSTER.typeUrl());

    private final TestingControlPlane controlPlane = new TestingControlPlane();

    @AfterEach
    void close() {
        controlPlane.close();
    }

    @Test
    void aSotwResponseReadsAsTheGeneratedClassWouldHaveWrittenIt() throws InvalidProtocolBufferException {
        List<Resource> resources = controlPlane.clusters("a", "b");

        EncodedResponse encoded = EncodedResponse.of(
                new Content(Variant.SOTW, CLUSTERS, Content.Form.PLAIN, "v", resources, List.of()), 40);

        DiscoveryResponse read = DiscoveryResponse.parseFrom(encoded.bytes());
        assertThat(read.getVersionInfo()).isEqualTo("v");
        assertThat(read.getNonce()).isEqualTo(encoded.nonce()).isEqualTo("14");
        assertThat(read.getTypeUrl()).isEqualTo(ResourceType.CLUSTER.typeUrl());
        assertThat(read.getResourcesList())
                .extracting(any -> any.toByteString())
                .containsExactlyElementsOf(resources.stream().map(Resource::any).toList());
        assertThat(read.getSerializedSize()).isEqualTo(encoded.bytes().length);
        assertThat(read.getUnknownFields().getSerializedSize()).isZero();
    }

    @Test
    void aDeltaResponseReadsAsTheGeneratedClassWouldHaveWrittenIt() throws InvalidProtocolBufferException {
        List<Resource> resources = controlPlane.clusters("a", "b");

        EncodedResponse encoded = EncodedResponse.of(
                new Content(Variant.DELTA, CLUSTERS, Content.Form.PLAIN, "v", resources, List.of("gone")), 41);

        DeltaDiscoveryResponse read = DeltaDiscoveryResponse.parseFrom(encoded.bytes());
        assertThat(read.getSystemVersionInfo()).isEqualTo("v");
        assertThat(read.getRemovedResourcesList()).containsExactly("gone");
        for (int i = 0; i < resources.size(); i++) {
            assertThat(read.getResources(i).getName())
                    .isEqualTo(resources.get(i).name());
            assertThat(read.getResources(i).getVersion())
                    .isEqualTo(resources.get(i).version());
            assertThat(read.getResources(i).getResource().toByteString())
                    .isEqualTo(resources.get(i).any());
            assertThat(EncodedResponse.sizeOf(resources.get(i)))
                    .isGreaterThanOrEqualTo(read.getResources(i).getSerializedSize());
        }
        assertThat(read.getSerializedSize()).isEqualTo(encoded.bytes().length);
        assertThat(read.getUnknownFields().getSerializedSize()).isZero();
    }

    @Test
    void streamsInTheSameStateShareOneArray() {
        List<Resource> resources = controlPlane.clusters("a");
        ResponseCache cache = new ResponseCache(new AtomicLong());
        Content content = new Content(Variant.DELTA, CLUSTERS, Content.Form.PLAIN, "v", resources, List.of());
        Content equal =
                new Content(Variant.DELTA, CLUSTERS, Content.Form.PLAIN, "v", List.copyOf(resources), List.of());

        EncodedResponse first = cache.encoded(content, -1);

        assertThat(cache.encoded(equal, -1)).isSameAs(first);
        assertThat(cache.encoded(content, first.sequence()).nonce())
                .as("for a stream that had it before")
                .isNotEqualTo(first.nonce());
    }
}
