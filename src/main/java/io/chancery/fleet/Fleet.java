package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.Resource;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.ReplyListener;
import io.chancery.xds.StreamDetail;
import io.chancery.xds.StreamStatus;
import io.chancery.xds.Texts;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes: who is connected, what they have, what they refused, and what became of that. Safe for use by any thread but the
 * engine's own, for which only the listener's methods are.
 */
@ThreadSafe
public final class Fleet implements ReplyListener {

    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);
    private static final int NAMED_IN_LOG = 5;
    private static final Comparator<StreamStatus> OLDEST_FIRST =
            Comparator.comparing(StreamStatus::since).thenComparingLong(StreamStatus::id);

    private final ClientStreams streams;
    private final QuarantineRegistry quarantine;
    private final Judge judge;
    private final InstantSource clock;
    private final Attendance attendance;
    private final RefusalLog refusals = new RefusalLog();
    private final FleetMetrics metrics;

    Fleet(
            ClientStreams streams,
            QuarantineRegistry quarantine,
            Judge judge,
            InstantSource clock,
            MeterRegistry meters) {
        this.streams = streams;
        this.quarantine = quarantine;
        this.judge = judge;
        this.clock = clock;
        this.attendance = new Attendance(clock);
        this.metrics = new FleetMetrics(meters, attendance, quarantine);
    }

    /** Begins to listen to the clients. */
    void start() {
        streams.addListener((ReplyListener) this);
        streams.addListener(attendance);
    }

    @Override
    public void accepted(List<Resource> resources) {
        judge.accepted(resources);
    }

    @Override
    public void refused(Node node, String typeUrl, List<Resource> blamed, String message) {
        metrics.recordRefusal(typeUrl);
        if (refusals.add(node.id(), typeUrl, blamed, message, clock.instant())) {
            LOG.info(
                    "Response refused node={} type={} resources={} message={}",
                    Texts.printable(node.id()),
                    ResourceType.ofTypeUrl(typeUrl)
                            .map(ResourceType::shortName)
                            .orElseGet(() -> Texts.printable(typeUrl)),
                    named(blamed),
                    Texts.printable(message));
        }
        judge.refused(node.id(), blamed, message);
    }

    private static String named(List<Resource> blamed) {
        String first = blamed.stream()
                .limit(NAMED_IN_LOG)
                .map(resource -> Texts.printable(resource.name()) + '@' + resource.version())
                .collect(Collectors.joining(",", "[", ""));
        return blamed.size() > NAMED_IN_LOG ? first + ",… " + blamed.size() + " in all]" : first + ']';
    }

    /** All nodes, by id: those that are connected, and the last that left. */
    public NavigableMap<String, NodeStatus> nodes() {
        Map<String, List<StreamStatus>> byNode = new HashMap<>();
        for (StreamStatus stream : streams.streams()) {
            byNode.computeIfAbsent(stream.node().id(), _ -> new ArrayList<>()).add(stream);
        }
        NavigableMap<String, NodeStatus> nodes = new TreeMap<>();
        attendance.all().forEach((id, presence) -> nodes.put(id, status(presence, byNode.getOrDefault(id, List.of()))));
        return nodes;
    }

    /** One node; empty if it is not connected and not among the last that left. */
    public Optional<NodeStatus> node(String id) {
        return attendance
                .of(id)
                .map(presence -> status(
                        presence,
                        presence.isConnected()
                                ? details(id).stream().map(StreamDetail::status).toList()
                                : List.of()));
    }

    private static NodeStatus status(Presence presence, List<StreamStatus> ofNode) {
        return new NodeStatus(presence, ofNode.stream().sorted(OLDEST_FIRST).toList());
    }

    /** What a node refused, the last first; kept after it left. */
    public List<Refusal> refusals(String id) {
        return refusals.of(id);
    }

    /** What nodes refused at a time or later, by node; the last first, among the nodes too. Kept after they left. */
    public SequencedMap<String, List<Refusal>> refusalsSince(Instant time) {
        return refusals.since(time);
    }

    /** What a node has and should have; empty of types if it is not connected. */
    public NodeContent content(String id) {
        return NodeContent.of(details(id));
    }

    /** A resource as people may see it. */
    public ShownResource show(Resource resource) {
        return ShownResource.of(resource);
    }

    private List<StreamDetail> details(String id) {
        return streams.details(node -> node.id().equals(id));
    }

    /** The versions that nodes refused and that are in force, by version. */
    public NavigableMap<String, RefusedVersion> refusedVersions() {
        return quarantine.versions();
    }

    public Optional<RefusedVersion> refusedVersion(String version) {
        return quarantine.version(version);
    }

    /**
     * Lets a version go out to all; it is not held back again.
     *
     * @param author who wants it, for the log
     * @return the revision from which on it does; empty if no such version was refused
     * @throws io.chancery.store.StoreUnavailableException if the store cannot write; nothing was changed then
     */
    public Optional<Revision> release(String version, String author) {
        Optional<Revision> released = quarantine.change(
                version,
                known -> known.state() == RefusedVersion.State.RELEASED
                        ? known
                        : known.in(RefusedVersion.State.RELEASED, clock.instant()));
        released.ifPresent(revision -> LOG.info(
                "A refused version is released version={} revision={} author={}",
                version,
                revision.value(),
                Texts.printable(author)));
        return released;
    }
}
