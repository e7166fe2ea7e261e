package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.chancery.model.ResourceType;
import io.chancery.xds.ClientRequest.Interest;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireRequestTest {

    private static final Subscription NOTHING_KNOWN = Subscription.none(false);

    private final DiscoveryRequest request = DiscoveryRequest.newBuilder()
            .setNode(Node.newBuilder().setId("edge").setCluster("c"))
            .addAllResourceNames(List.of("a", "b"))
            .setTypeUrl(ResourceType.ENDPOINT.typeUrl())
            .build();

    @Test
    void whatIsReadIsWhatTheMessageSays() throws IOException {
        DiscoveryRequest answer = request.toBuilder()
                .setVersionInfo("v")
                .setResponseNonce("n")
                .setErrorDetail(Status.newBuilder().setMessage("bad"))
                .build();
        WireRequest read = sotw(answer);

        assertThat(read.typeUrl()).isEqualTo(ResourceType.ENDPOINT.typeUrl());
        assertThat(read.size()).isEqualTo(answer.getSerializedSize());
        assertThat(read.node()).isEqualTo(answer.getNode());
        ClientRequest said = read.read(NOTHING_KNOWN);
        assertThat(said.nonce()).isEqualTo("n");
        assertThat(said.version()).isEqualTo("v");
        assertThat(said.refusal()).isEqualTo(Optional.of("bad"));
        assertThat(((Interest.Exactly) said.interest()).names()).containsExactly("a", "b");
    }

    @Test
    void theSameWordsAreKnownAgainWhateverElseTheRequestSays() throws IOException {
        Subscription known =
                NOTHING_KNOWN.after(sotw(request).read(NOTHING_KNOWN)).next();
        DiscoveryRequest answer = request.toBuilder()
                .clearNode()
                .setVersionInfo("v")
                .setResponseNonce("n")
                .build();

        assertThat(sotw(answer).read(known).interest()).isEqualTo(Interest.AS_BEFORE);
        assertThat(sotw(answer.toBuilder().addResourceNames("c").build())
                        .read(known)
                        .interest())
                .isInstanceOf(Interest.Exactly.class);
        assertThat(sotw(answer.toBuilder().clearResourceNames().build())
                        .read(known)
                        .interest())
                .isInstanceOf(Interest.Exactly.class);
    }

    @Test
    void noNamesAreAsGoodAsAnyOthers() throws IOException {
        DiscoveryRequest nothing = request.toBuilder().clearResourceNames().build();
        assertThat(sotw(nothing).read(NOTHING_KNOWN).interest())
                .as("of the first request")
                .isInstanceOf(Interest.Exactly.class);
        Subscription known = Subscription.none(true)
                .after(sotw(nothing).read(Subscription.none(true)))
                .next();
        assertThat(known.wildcard()).isTrue();
        assertThat(known.after(sotw(nothing).read(known)).next().wildcard()).isTrue();
    }

    @Test
    void aNodeHasTheSameFingerprintAsItsEqual() throws IOException {
        WireRequest other = sotw(request.toBuilder().setVersionInfo("x").build());
        assertThat(sotw(request).nodeFingerprint()).isEqualTo(other.nodeFingerprint());
        WireRequest moved = sotw(request.toBuilder()
                .setNode(Node.newBuilder().setId("edge").setCluster("d"))
                .build());
        assertThat(sotw(request).nodeFingerprint()).isNotEqualTo(moved.nodeFingerprint());
    }

    @Test
    void aNodeInTwoPartsIsOneNode() throws IOException {
        ByteString parts = DiscoveryRequest.newBuilder()
                .setNode(Node.newBuilder().setId("edge"))
                .build()
                .toByteString()
                .concat(DiscoveryRequest.newBuilder()
                        .setNode(Node.newBuilder().setCluster("c"))
                        .build()
                        .toByteString());
        assertThat(new WireRequest(WireRequest.Form.SOTW, parts.toByteArray()).node())
                .isEqualTo(Node.newBuilder().setId("edge").setCluster("c").build());
    }

    @Test
    void aDeltaAnswerChangesNothing() throws IOException {
        DeltaDiscoveryRequest answer = DeltaDiscoveryRequest.newBuilder()
                .setTypeUrl(ResourceType.ENDPOINT.typeUrl())
                .setResponseNonce("n")
                .build();
        assertThat(delta(answer).read(NOTHING_KNOWN).interest()).isEqualTo(Interest.NO_CHANGE);
        ClientRequest more = delta(answer.toBuilder()
                        .addResourceNamesSubscribe("a")
                        .putInitialResourceVersions("a", "1")
                        .build())
                .read(NOTHING_KNOWN);
        assertThat(((Interest.Change) more.interest()).subscribe()).containsExactly("a");
        assertThat(((Interest.Change) more.interest()).held()).containsEntry("a", "1");
    }

    @Test
    void whatIsNoMessageIsRefused() {
        byte[] bytes = request.toByteArray();
        bytes[1] = (byte) 0xff;
        assertThatThrownBy(() -> new WireRequest(WireRequest.Form.SOTW, bytes)).isInstanceOf(IOException.class);
        byte[] badName =
                DiscoveryRequest.newBuilder().addResourceNames("ab").build().toByteArray();
        badName[2] = (byte) 0xff;
        assertThatThrownBy(() -> new WireRequest(WireRequest.Form.SOTW, badName).read(NOTHING_KNOWN))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }

    private static WireRequest sotw(DiscoveryRequest message) throws IOException {
        return new WireRequest(WireRequest.Form.SOTW, message.toByteArray());
    }

    private static WireRequest delta(DeltaDiscoveryRequest message) throws IOException {
        return new WireRequest(WireRequest.Form.DELTA, message.toByteArray());
    }
}
