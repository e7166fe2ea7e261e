package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Resource;
import io.chancery.xds.Texts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** What each node refused since this process started. Bounded; safe for use by any thread. */
@ThreadSafe
final class RefusalLog {

    static final int MAX_NODES = 10_000;
    static final int MAX_OF_A_NODE = 100;
    static final int MAX_REFUSALS = 50_000;

    /** In the order of the nodes' last refusals. */
    @GuardedBy("this")
    private final SequencedMap<String, SequencedMap<Key, Refusal>> byNode = new LinkedHashMap<>();

    @GuardedBy("this")
    private int refusals;

    private record Key(String type, String name, String version) {}

    /** Takes note of a refusal, and returns whether any of it is new. */
    synchronized boolean add(String node, String typeUrl, List<Resource> blamed, String message, Instant time) {
        String type =
                ResourceType.ofTypeUrl(typeUrl).map(ResourceType::shortName).orElseGet(() -> Texts.printable(typeUrl));
        String words = Texts.printable(message);
        @Nullable SequencedMap<Key, Refusal> known = byNode.remove(node);
        SequencedMap<Key, Refusal> ofNode = known == null ? new LinkedHashMap<>() : known;
        byNode.putLast(node, ofNode);
        boolean news = false;
        if (blamed.isEmpty()) {
            news = add(ofNode, new Refusal(type, "", "", words, Optional.empty(), 1, time, time));
        }
        for (Resource resource : blamed) {
            news |= add(
                    ofNode,
                    new Refusal(
                            type,
                            resource.name(),
                            resource.version(),
                            words,
                            Optional.of(resource.origin()),
                            1,
                            time,
                            time));
        }
        forgetSurplus();
        return news;
    }

    @GuardedBy("this")
    private boolean add(SequencedMap<Key, Refusal> ofNode, Refusal refusal) {
        Key key = new Key(refusal.type(), refusal.name(), refusal.version());
        @Nullable Refusal former = ofNode.remove(key);
        ofNode.putLast(key, former == null ? refusal : former.again(refusal.message(), refusal.last()));
        if (former != null) {
            return false;
        }
        if (ofNode.size() > MAX_OF_A_NODE) {
            ofNode.pollFirstEntry();
        } else {
            refusals++;
        }
        return true;
    }

    @GuardedBy("this")
    private void forgetSurplus() {
        while (byNode.size() > MAX_NODES || (refusals > MAX_REFUSALS && byNode.size() > 1)) {
            refusals -= byNode.pollFirstEntry().getValue().size();
        }
    }

    /** What a node refused, the last first. */
    synchronized List<Refusal> of(String node) {
        @Nullable SequencedMap<Key, Refusal> ofNode = byNode.get(node);
        return ofNode == null
                ? List.of()
                : new ArrayList<>(ofNode.sequencedValues().reversed());
    }

    /** What nodes refused at that time or later, by node; the last first, among the nodes too. */
    synchronized SequencedMap<String, List<Refusal>> since(Instant time) {
        SequencedMap<String, List<Refusal>> found = new LinkedHashMap<>();
        for (Map.Entry<String, SequencedMap<Key, Refusal>> ofNode :
                byNode.reversed().entrySet()) {
            List<Refusal> later = ofNode.getValue().sequencedValues().reversed().stream()
                    .takeWhile(refusal -> !refusal.last().isBefore(time))
                    .toList();
            if (later.isEmpty()) {
                break;
            }
            found.putLast(ofNode.getKey(), later);
        }
        return found;
    }
}
