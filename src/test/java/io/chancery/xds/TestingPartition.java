package io.chancery.xds;

import io.chancery.model.Locality;
import io.chancery.model.Node;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.snapshot.EndpointForm;
import io.chancery.snapshot.Grouping;
import io.chancery.snapshot.NodeGroup;
import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.Snapshot;
import io.chancery.snapshot.SnapshotClient;
import io.chancery.snapshot.SnapshotUpdate;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One partition on the caller's thread, with snapshots made by hand and time that stands still unless it is moved. */
final class TestingPartition {

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final MockClock CLOCK = new MockClock();
    private static final XdsMetrics METRICS = new XdsMetrics(new SimpleMeterRegistry(SimpleConfig.DEFAULT, CLOCK));
    private static final SnapshotClient CLIENT =
            new SnapshotClient(new Node("edge-1", "", Locality.UNKNOWN, Map.of()), EndpointForm.PLAIN);
    private static final Grouping GROUPING = new Grouping(Set.of(), false);
    private static final NodeGroup GROUP = GROUPING.of(CLIENT);

    private final EmbeddedChannel loop = new EmbeddedChannel();
    private final Partition partition;
    private Snapshot snapshot = Snapshot.EMPTY;
    private long revision;
    private int changedTypes;

    TestingPartition() {
        loop.freezeTime();
        partition = new Partition(
                loop.eventLoop(),
                new EngineSettings(10, GRACE, true, new StreamAge(Duration.ZERO, Duration.ZERO)),
                METRICS,
                new OversizedResponses(METRICS),
                new ReplyListener() {
                    @Override
                    public void accepted(List<Resource> resources) {}

                    @Override
                    public void refused(Node node, String typeUrl, List<Resource> blamed, String message) {}
                },
                new AtomicLong());
        publish(Map.of());
    }

    ResourceSet inForce(ResourceType type) {
        return snapshot.resources(type);
    }

    /** Puts other sets in force, and tells the streams which names differ. */
    void publish(Map<ResourceType, ResourceSet> next) {
        Map<ResourceType, ResourceSet> sets = new EnumMap<>(ResourceType.class);
        Map<ResourceType, List<String>> changed = new EnumMap<>(ResourceType.class);
        for (ResourceType type : ResourceType.values()) {
            ResourceSet before = snapshot.resources(type);
            ResourceSet after = next.getOrDefault(type, before);
            sets.put(type, after);
            List<String> names = before.namesThatDiffer(after).stream().sorted().toList();
            if (!names.isEmpty()) {
                changed.put(type, names);
            }
        }
        changedTypes += changed.size();
        revision++;
        snapshot = new Snapshot(new Revision(revision), sets);
        partition.apply(
                new SnapshotUpdate(
                        snapshot.revision(),
                        GROUPING,
                        Map.of(GROUP, new SnapshotUpdate.GroupUpdate(snapshot, changed)),
                        Set.of(),
                        0),
                new Delivery(snapshot.revision(), 0, 1, METRICS));
    }

    /** How many changes there were, each type of a change set counted by itself. */
    int changedTypes() {
        return changedTypes;
    }

    /** Opens an aggregated stream. */
    TestingCall open(Variant variant) {
        TestingCall call = new TestingCall();
        DiscoveryStream stream = new DiscoveryStream(call, variant, DiscoveryStream.Shape.AGGREGATED, partition);
        call.carry(stream);
        partition.add(stream);
        stream.introduce(new ClientNode(CLIENT.node(), Set.of()), CLIENT);
        partition.admit(stream, CLIENT);
        return call;
    }

    /** Lets so much time go by that nothing waits any longer for a client's answer. */
    void passGraceTime() {
        CLOCK.add(GRACE.multipliedBy(2));
        loop.advanceTimeBy(GRACE.multipliedBy(2).toNanos(), TimeUnit.NANOSECONDS);
        loop.runScheduledPendingTasks();
    }

    void close() {
        var _ = loop.close();
    }
}
