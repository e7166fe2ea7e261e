package io.chancery.xds;

import io.chancery.snapshot.Resource;
import io.chancery.xds.ClientRequest.Interest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A client as the protocol's text describes it: keeps what it was sent, asks for what it wants, answers each response.
 * Written from the text alone, without the server's classes but for the shape of a request.
 */
final class ReferenceClient {

    private final Variant variant;
    final boolean everythingWithoutNames;
    private final boolean whole;

    /**
     * What it holds, version by name. In delta a client forgets what it unsubscribes, and is told of it anew if it comes
     * back; a request of state of the world may be passed over as stale, so there it keeps what it was sent.
     */
    final Map<String, String> has = new TreeMap<>();

    /** Versions that it refused and has not accepted since; equal content has an equal version. */
    final Set<String> refused = new HashSet<>();

    final Set<String> names = new TreeSet<>();
    boolean wildcard;
    final Deque<ClientRequest> outbox = new ArrayDeque<>();

    private boolean everNamed;

    /** Whether it has let go of something on this stream, of which the server need not know whether it has it still. */
    private boolean gaveUp;

    private String nonce = "";
    private String version = "";

    ReferenceClient(Variant variant, boolean everythingWithoutNames, boolean whole) {
        this.variant = variant;
        this.everythingWithoutNames = everythingWithoutNames;
        this.whole = whole;
    }

    boolean wants(String name) {
        return wildcard || names.contains(name) || (name.startsWith("xdstp:") && names.contains(collectionOf(name)));
    }

    private static String collectionOf(String name) {
        return name.substring(0, name.lastIndexOf('/')) + "/*";
    }

    /** Opens a new stream: what was under way is lost, what it holds is not. */
    void connect(boolean remembers) {
        outbox.clear();
        nonce = "";
        gaveUp = false;
        boolean legacy = everythingWithoutNames && wildcard && names.isEmpty();
        everNamed = !legacy && (wildcard || !names.isEmpty());
        if (everythingWithoutNames && !wildcard && names.isEmpty()) {
            // It wants nothing, and a first request without names would ask for everything.
            return;
        }
        if (variant == Variant.SOTW) {
            outbox.add(new ClientRequest("", version, Optional.empty(), TestingRequests.exactly(wanted(legacy))));
            return;
        }
        if (!remembers) {
            has.clear();
        }
        outbox.add(new ClientRequest(
                "", "", Optional.empty(), new Interest.Change(wanted(legacy), set(), new HashMap<>(has))));
    }

    private SequencedSet<String> wanted(boolean legacy) {
        SequencedSet<String> wanted = new LinkedHashSet<>(names);
        if (wildcard && !legacy) {
            wanted.add("*");
        }
        return wanted;
    }

    void subscribe(String name) {
        if (name.equals("*")) {
            wildcard = true;
        } else {
            names.add(name);
        }
        everNamed = true;
        tell(set(name), set());
    }

    void unsubscribe(String name) {
        if (name.equals("*")) {
            wildcard = false;
        } else {
            names.remove(name);
        }
        everNamed = true;
        gaveUp = true;
        if (variant == Variant.DELTA) {
            has.remove(name);
            has.keySet().removeIf(held -> !wants(held));
        }
        tell(set(), set(name));
    }

    private void tell(SequencedSet<String> more, SequencedSet<String> less) {
        outbox.add(
                variant == Variant.SOTW
                        ? new ClientRequest(
                                nonce, version, Optional.empty(), TestingRequests.exactly(wanted(!everNamed)))
                        : new ClientRequest("", "", Optional.empty(), new Interest.Change(more, less, Map.of())));
    }

    void accept(EncodedResponse response) {
        Content content = response.content();
        nonce = response.nonce();
        version = content.version();
        if (variant == Variant.SOTW && whole) {
            has.clear();
        }
        content.resources().forEach(resource -> {
            boolean saysThatThereIsNone = resource.any().isEmpty();
            if (saysThatThereIsNone) {
                has.remove(resource.name());
            } else if (variant == Variant.SOTW || wants(resource.name())) {
                has.put(resource.name(), resource.version());
                refused.remove(resource.version());
            }
        });
        content.removed().forEach(has::remove);
        answer(Optional.empty());
    }

    /**
     * Applies nothing of a response that brings something new; what it names as bad it will take only in another version.
     *
     * @return whether there was something new to refuse
     */
    boolean refuse(EncodedResponse response, boolean namesTheFirst) {
        nonce = response.nonce();
        List<Resource> fresh = response.content().resources().stream()
                .filter(resource -> !resource.any().isEmpty())
                .filter(resource -> !resource.version().equals(has.get(resource.name())))
                .toList();
        if (fresh.isEmpty()) {
            accept(response);
            return false;
        }
        List<Resource> bad = namesTheFirst ? fresh.stream().limit(1).toList() : fresh;
        bad.forEach(resource -> refused.add(resource.version()));
        if (variant == Variant.SOTW && gaveUp && !namesTheFirst) {
            response.content().resources().forEach(resource -> refused.add(resource.version()));
        }
        answer(Optional.of(namesTheFirst ? "bad: " + bad.getFirst().name() : "?"));
        return true;
    }

    private void answer(Optional<String> refusal) {
        outbox.add(
                variant == Variant.SOTW
                        ? new ClientRequest(nonce, version, refusal, TestingRequests.exactly(wanted(!everNamed)))
                        : new ClientRequest(nonce, "", refusal, new Interest.Change(set(), set(), Map.of())));
    }

    private static SequencedSet<String> set(String... names) {
        return new LinkedHashSet<>(List.of(names));
    }
}
