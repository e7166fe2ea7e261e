package io.chancery.rest;

import io.chancery.model.Node;
import io.chancery.model.Revision;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.DeliveryStatus;
import io.chancery.xds.ReplyListener;
import io.chancery.xds.StreamDetail;
import io.chancery.xds.StreamListener;
import io.chancery.xds.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** An engine to which nobody is connected. */
final class NoClientStreams implements ClientStreams {

    @Override
    public List<StreamStatus> streams() {
        return List.of();
    }

    @Override
    public List<StreamDetail> details(Predicate<Node> nodes) {
        return List.of();
    }

    @Override
    public Optional<DeliveryStatus> delivery(Revision revision) {
        return Optional.empty();
    }

    @Override
    public DeliveryStatus await(Revision revision, int percent, Duration timeout) {
        return new DeliveryStatus(revision, 0, 0, 0, List.of(), 0, List.of(), true, 0);
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
