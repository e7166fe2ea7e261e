package io.chancery.xds;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.io.IOException;
import java.util.Optional;

/**
 * A request as it came. A client repeats with each answer who it is and all that it wants: what is as it was in the request
 * before is known by its fingerprint and not read again.
 */
final class WireRequest {

    private static final Hasher64 HASHER = Hashing.xxh3_64();

    private final Form form;
    private final byte[] bytes;

    private String version = "";
    private String typeUrl = "";
    private String nonce = "";
    private boolean refusal;

    /** Where the node is; two of them would be one in two parts. */
    private int nodes;

    private int nodeStart;
    private int nodeEnd;

    /** All that is neither the node nor one of the fields that are read: what the client wants. */
    private int interestFields;

    /** Equal where the same is wanted in the same words, with the same chance of an error as for nodes. */
    private long interest;

    /** The messages of the two variants; 0 stands for a field that a variant does not have. */
    enum Form {
        SOTW(
                Variant.SOTW,
                DiscoveryRequest.VERSION_INFO_FIELD_NUMBER,
                DiscoveryRequest.NODE_FIELD_NUMBER,
                DiscoveryRequest.TYPE_URL_FIELD_NUMBER,
                DiscoveryRequest.RESPONSE_NONCE_FIELD_NUMBER,
                DiscoveryRequest.ERROR_DETAIL_FIELD_NUMBER),
        DELTA(
                Variant.DELTA,
                0,
                DeltaDiscoveryRequest.NODE_FIELD_NUMBER,
                DeltaDiscoveryRequest.TYPE_URL_FIELD_NUMBER,
                DeltaDiscoveryRequest.RESPONSE_NONCE_FIELD_NUMBER,
                DeltaDiscoveryRequest.ERROR_DETAIL_FIELD_NUMBER);

        private final Variant variant;
        private final int version;
        private final int node;
        private final int typeUrl;
        private final int nonce;
        private final int refusal;

        Form(Variant variant, int version, int node, int typeUrl, int nonce, int refusal) {
            this.variant = variant;
            this.version = version;
            this.node = node;
            this.typeUrl = typeUrl;
            this.nonce = nonce;
            this.refusal = refusal;
        }

        Variant variant() {
            return variant;
        }
    }

    /** @throws IOException if the bytes are not a message */
    WireRequest(Form form, byte[] bytes) throws IOException {
        this.form = form;
        this.bytes = bytes;
        scan(CodedInputStream.newInstance(bytes));
    }

    private void scan(CodedInputStream in) throws IOException {
        int wantedFrom = 0;
        int start = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
                    ? WireFormat.getTagFieldNumber(tag)
                    : -1;
            if (isKnown(field)) {
                addInterest(wantedFrom, start);
                read(field, in);
                wantedFrom = in.getTotalBytesRead();
            } else {
                in.skipField(tag);
                interestFields++;
            }
            start = in.getTotalBytesRead();
        }
        addInterest(wantedFrom, start);
    }

    private boolean isKnown(int field) {
        return field == form.node
                || field == form.typeUrl
                || field == form.nonce
                || field == form.refusal
                || (field == form.version && field != 0);
    }

    private void read(int field, CodedInputStream in) throws IOException {
        if (field == form.node) {
            int length = in.readRawVarint32();
            nodes++;
            nodeStart = in.getTotalBytesRead();
            in.skipRawBytes(length);
            nodeEnd = in.getTotalBytesRead();
        } else if (field == form.typeUrl) {
            typeUrl = in.readStringRequireUtf8();
        } else if (field == form.nonce) {
            nonce = in.readStringRequireUtf8();
        } else if (field == form.version) {
            version = in.readStringRequireUtf8();
        } else {
            refusal = true;
            in.skipRawBytes(in.readRawVarint32());
        }
    }

    private void addInterest(int from, int to) {
        if (from < to) {
            interest = interest * 31 + HASHER.hashBytesToLong(bytes, from, to - from);
        }
    }

    /** In bytes. */
    int size() {
        return bytes.length;
    }

    String typeUrl() {
        return typeUrl;
    }

    boolean hasNode() {
        return nodes > 0;
    }

    /** Equal for equal nodes; the chance that those of two different ones are is that of any two of 2^64 numbers. */
    long nodeFingerprint() {
        return nodes == 1 ? HASHER.hashBytesToLong(bytes, nodeStart, nodeEnd - nodeStart) : 0;
    }

    /** @throws InvalidProtocolBufferException if it is none */
    Node node() throws InvalidProtocolBufferException {
        if (nodes == 1) {
            return Node.parser().parseFrom(bytes, nodeStart, nodeEnd - nodeStart);
        }
        return switch (form) {
            case SOTW -> DiscoveryRequest.parseFrom(bytes).getNode();
            case DELTA -> DeltaDiscoveryRequest.parseFrom(bytes).getNode();
        };
    }

    /**
     * Reads what it says.
     *
     * @param known what the client wants by the requests that came before
     * @throws InvalidProtocolBufferException if it is not a request
     */
    ClientRequest read(Subscription known) throws InvalidProtocolBufferException {
        if (refusal) {
            return whole();
        }
        return switch (form) {
            case SOTW ->
                known.begun() && known.fingerprint() == interest
                        ? new ClientRequest(nonce, version, Optional.empty(), ClientRequest.Interest.AS_BEFORE)
                        : whole();
            case DELTA ->
                interestFields == 0
                        ? new ClientRequest(nonce, "", Optional.empty(), ClientRequest.Interest.NO_CHANGE)
                        : whole();
        };
    }

    private ClientRequest whole() throws InvalidProtocolBufferException {
        return switch (form) {
            case SOTW -> ClientRequest.of(DiscoveryRequest.parseFrom(bytes), interest);
            case DELTA -> ClientRequest.of(DeltaDiscoveryRequest.parseFrom(bytes));
        };
    }
}
