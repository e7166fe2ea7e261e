package io.chancery.xds;

import io.chancery.snapshot.Resource;
import io.chancery.snapshot.ResourceSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one client refused of one type, and what of it is therefore not sent again. Used by one partition's thread only. */
final class Refusals {

    /** By name, the version that is not sent again. */
    private final Map<String, String> heldBack = new HashMap<>(0);

    private @Nullable Refusal last;
    private boolean isLastAnswer;

    /**
     * What a client refused.
     *
     * @param blamed the resources on which it falls
     * @param message the client's words
     * @param nanos when, on the meter registry's monotonic clock
     */
    record Refusal(Content response, List<Resource> blamed, String message, long nanos) {}

    /**
     * Notes a refusal. It falls on the new resources that the message names, or where it names none on all that were new.
     *
     * @param suspects what was new to the client
     */
    Refusal note(Content response, List<Resource> suspects, String message, long nanos) {
        List<Resource> named = suspects.stream()
                .filter(resource -> Texts.mentions(message, resource.name()))
                .toList();
        Refusal refusal = new Refusal(response, named.isEmpty() ? suspects : named, message, nanos);
        last = refusal;
        isLastAnswer = true;
        return refusal;
    }

    /** The client has accepted something since. */
    void accepted() {
        isLastAnswer = false;
    }

    /** These are not sent again as they are. */
    void holdBack(List<Resource> blamed) {
        blamed.forEach(resource -> heldBack.put(resource.name(), resource.version()));
    }

    /** These are sent again although they were refused. */
    void release(Collection<String> names) {
        names.forEach(heldBack::remove);
    }

    void releaseAll() {
        heldBack.clear();
    }

    /** Forgets what is no longer in force. */
    void settle(ResourceSet current) {
        if (!heldBack.isEmpty()) {
            heldBack.keySet().removeIf(name -> !isInForce(name, current));
        }
    }

    /** Whether what is in force under a name is what was refused. */
    boolean isInForce(String name, ResourceSet current) {
        @Nullable Resource resource = current.get(name);
        return resource != null && isHeldBack(name, resource);
    }

    /** Whether it is what was refused under a name. */
    boolean isHeldBack(String name, Resource resource) {
        return resource.version().equals(heldBack.get(name));
    }

    Optional<Refusal> last() {
        return Optional.ofNullable(last);
    }

    /** Whether the client's last answer was one. */
    boolean isLastAnswer() {
        return isLastAnswer;
    }
}
