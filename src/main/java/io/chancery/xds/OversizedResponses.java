package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for responses that a client with gRPC's default limit for messages would not take. Envoy has no such limit, so
 * they are sent all the same. Safe for use by any thread.
 */
@ThreadSafe
final class OversizedResponses {

    private static final Logger LOG = LoggerFactory.getLogger(OversizedResponses.class);

    static final int LIMIT_BYTES = 4 << 20;

    /** Who has been warned of is kept, as a client that cannot read its response comes back again and again. */
    private static final int MAX_WARNED = 10_000;

    private final XdsMetrics metrics;
    private final Set<Warned> warned = ConcurrentHashMap.newKeySet();

    private record Warned(String node, String type) {}

    OversizedResponses(XdsMetrics metrics) {
        this.metrics = metrics;
    }

    /** Counts the response if it is too large, and warns if it is the first of its type for the node. */
    void check(ClientNode client, EncodedResponse response) {
        if (response.bytes().length <= LIMIT_BYTES) {
            return;
        }
        metrics.recordOversized();
        String node = client.node().id();
        String type = response.content().type().tag();
        if (warned.size() < MAX_WARNED && warned.add(new Warned(node, type))) {
            LOG.warn(
                    "Response larger than gRPC clients take by default node={} type={} bytes={} limit={}",
                    Texts.printable(node),
                    type,
                    response.bytes().length,
                    LIMIT_BYTES);
        }
    }
}
