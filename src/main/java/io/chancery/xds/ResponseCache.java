package io.chancery.xds;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The responses that were encoded last, so that streams in the same state are sent the same bytes. Used by one thread.
 *
 * <p>Bounded by bytes: a response that does not fit is encoded anew for each stream.
 */
final class ResponseCache {

    private static final long MAX_BYTES = 64L << 20;

    private final AtomicLong sequence;
    private final Map<Content, EncodedResponse> responses = new LinkedHashMap<>(64, 0.75f, true);
    private long bytes;

    /** Uses a sequence that gives each response of the server another nonce. */
    ResponseCache(AtomicLong sequence) {
        this.sequence = sequence;
    }

    /**
     * Returns the content encoded, with a nonce that comes after {@code after}: a stream that was sent an equal content
     * before must not be sent its nonce again.
     */
    EncodedResponse encoded(Content content, long after) {
        @Nullable EncodedResponse cached = responses.get(content);
        if (cached != null && cached.sequence() > after) {
            return cached;
        }
        EncodedResponse fresh = EncodedResponse.of(content, sequence.incrementAndGet());
        @Nullable EncodedResponse replaced = responses.put(content, fresh);
        bytes += fresh.bytes().length - (replaced == null ? 0 : replaced.bytes().length);
        var eldest = responses.entrySet().iterator();
        while (bytes > MAX_BYTES && eldest.hasNext()) {
            bytes -= eldest.next().getValue().bytes().length;
            eldest.remove();
        }
        return fresh;
    }

    /** Forgets all: called when a new snapshot makes the old contents unlikely. */
    void clear() {
        responses.clear();
        bytes = 0;
    }
}
