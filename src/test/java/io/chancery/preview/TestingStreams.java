package io.chancery.preview;

import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.Revision;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.DeliveryStatus;
import io.chancery.xds.ReplyListener;
import io.chancery.xds.StreamDetail;
import io.chancery.xds.StreamListener;
import io.chancery.xds.StreamStatus;
import io.chancery.xds.Variant;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** An engine to which some nodes are connected that ask for nothing. */
final class TestingStreams implements ClientStreams {

    private final List<StreamStatus> streams = new ArrayList<>();

    /** Connects a node, with one more stream if it is there already. */
    TestingStreams with(String id, String cluster) {
        Node node = new Node(id, cluster, Locality.UNKNOWN, Map.of());
        streams.add(new StreamStatus(streams.size(), node, Variant.DELTA, true, Instant.EPOCH, List.of()));
        return this;
    }

    @Override
    public List<StreamStatus> streams() {
        return List.copyOf(streams);
    }

    @Override
    public List<StreamDetail> details(Predicate<Node> nodes) {
        throw new UnsupportedOperationException("nobody asks for what they have");
    }

    @Override
    public Optional<DeliveryStatus> delivery(Revision revision) {
        return Optional.empty();
    }

    @Override
    public DeliveryStatus await(Revision revision, int percent, Duration timeout) {
        throw new UnsupportedOperationException("nobody waits");
    }

    @Override
    public void addListener(ReplyListener listener) {
        // nobody answers
    }

    @Override
    public void addListener(StreamListener listener) {
        // nobody comes
    }
}
