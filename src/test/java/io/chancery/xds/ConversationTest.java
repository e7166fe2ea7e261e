package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.model.ResourceType;
import io.chancery.snapshot.ResourceSet;
import io.chancery.snapshot.TestingResources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a conversation remembers of a client; it is kept for each stream, so it must not grow with what is in force. */
class ConversationTest {

    private static final String COLLECTION = "xdstp://chancery/envoy.config.endpoint.v3.LbEndpoint/cart/";
    private static final Conversation.Terms TERMS =
            new Conversation.Terms(Gate.OPEN, _ -> true, Content.Form.PLAIN, 0, 0);
    private static final ServedType TYPE = ServedType.of(ResourceType.LOCALITY_ENDPOINT.typeUrl());

    private final XdsMetrics metrics = new XdsMetrics(new SimpleMeterRegistry());
    private final ResponseCache cache = new ResponseCache(new AtomicLong());
    private final Conversation conversation =
            new Conversation(Variant.DELTA, TYPE, metrics.of(TYPE, Variant.DELTA), new Awaited("node", () -> 0));
    private final ResourceSet members = List.of("a", "b", "c").stream()
            .reduce(
                    ResourceSet.EMPTY,
                    (set, name) -> TestingResources.with(set, ResourceType.LOCALITY_ENDPOINT, COLLECTION + name, 1),
                    (one, _) -> one);

    @Test
    void whatACollectionsMembersAreIsCertainOnceTheClientHasThem() {
        request("", List.of(COLLECTION + "*"), List.of());
        EncodedResponse first = answer(members);
        assertThat(first.content().resources()).hasSize(3);
        request(first.nonce(), List.of(), List.of());

        assertThat(conversation.possession().doubtfulNames()).isEmpty();
    }

    @Test
    void whatIsGivenUpWhileItIsUnderWayIsDoubtful() {
        request("", List.of(COLLECTION + "*"), List.of());
        EncodedResponse first = answer(members);
        request("", List.of(), List.of(COLLECTION + "*"));
        request("", List.of(COLLECTION + "*"), List.of());
        request(first.nonce(), List.of(), List.of());

        assertThat(conversation.possession().doubtfulNames())
                .containsExactlyInAnyOrder(COLLECTION + "a", COLLECTION + "b", COLLECTION + "c");
    }

    private void request(String nonce, List<String> subscribe, List<String> unsubscribe) {
        conversation.request(new ClientRequest(
                nonce,
                "",
                Optional.empty(),
                new ClientRequest.Interest.Change(
                        new LinkedHashSet<>(subscribe), new LinkedHashSet<>(unsubscribe), Map.of())));
    }

    private EncodedResponse answer(ResourceSet current) {
        Content content = conversation.next(current, TERMS).orElseThrow();
        EncodedResponse response = cache.encoded(content, conversation.lastSequence());
        conversation.sent(response);
        return response;
    }
}
