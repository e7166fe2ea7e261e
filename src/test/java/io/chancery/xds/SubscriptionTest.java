package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.xds.ClientRequest.Interest;
import io.chancery.xds.Subscription.Reply;
import io.chancery.xds.Subscription.Step;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The protocol's rules, without a stream. */
class SubscriptionTest {

    private final Subscription clusters = Subscription.none(true);
    private final Subscription endpoints = Subscription.none(false);

    @Test
    void theSameWishIsTheSameSubscriptionInBothVariants() {
        Subscription sotw = endpoints.after(exactly("", "a", "b")).next();
        Subscription delta =
                endpoints.after(change(List.of("a", "b"), List.of())).next();

        assertThat(delta)
                .usingRecursiveComparison()
                .ignoringFields("fingerprint")
                .isEqualTo(sotw);
    }

    @Test
    void legacyWildcardAndStarDifferOnlyInWhatNoNamesMeansLater() {
        Subscription legacy = clusters.after(exactly("")).next();
        Subscription star = clusters.after(exactly("", "*")).next();

        assertThat(legacy.wildcard()).isTrue();
        assertThat(star.wildcard()).isTrue();
        assertThat(legacy.after(exactly("")).next().wildcard()).isTrue();
        assertThat(star.after(exactly("")).next().wildcard()).isFalse();
    }

    @Test
    void aStaleSotwRequestLeavesEverythingAsItWas() {
        Subscription sent = endpoints.after(exactly("", "a")).next().sent("n2", "v2");

        Step step = sent.after(exactly("n1", "a", "b"));

        assertThat(step.stale()).isTrue();
        assertThat(step.next()).isEqualTo(sent);
        assertThat(step.owed()).isEmpty();
    }

    @Test
    void aStaleDeltaRequestCountsButIsNoAnswer() {
        Subscription sent =
                endpoints.after(change(List.of("a"), List.of())).next().sent("n2", "v2");

        Step step = sent.after(new ClientRequest(
                "n1", "", Optional.of("refused long ago"), new Interest.Change(set("b"), set(), Map.of())));

        assertThat(step.reply()).isEqualTo(new Reply.None());
        assertThat(step.next().awaiting()).isTrue();
        assertThat(step.next().names()).containsExactlyInAnyOrder("a", "b");
        assertThat(step.owed()).containsExactly("b");
    }

    @Test
    void aSecondAnswerToTheSameResponseIsNone() {
        Subscription sent = endpoints.after(exactly("", "a")).next().sent("n1", "v1");
        ClientRequest ack = new ClientRequest("n1", "v1", Optional.empty(), TestingRequests.exactly("a"));

        Step first = sent.after(ack);
        Step second = first.next().after(ack);

        assertThat(first.reply()).isEqualTo(new Reply.Ack());
        assertThat(second.reply()).isEqualTo(new Reply.None());
    }

    @Test
    void anOlderVersionWithoutAnErrorIsNeitherAcceptedNorRefused() {
        Subscription sent = endpoints.after(exactly("", "a")).next().sent("n2", "v2");

        Step step = sent.after(new ClientRequest("n2", "v1", Optional.empty(), TestingRequests.exactly("a")));

        assertThat(step.reply()).isEqualTo(new Reply.Echo());
        assertThat(step.next().awaiting()).isFalse();
    }

    @Test
    void theSameNamesInAnotherOrderOrTwiceAreNoNews() {
        Subscription subscribed = endpoints.after(exactly("", "a", "b")).next();

        assertThat(subscribed.after(exactly("", "a", "b")).owed()).isEmpty();
        assertThat(subscribed.after(exactly("", "b", "a")).owed()).isEmpty();
        assertThat(subscribed.after(exactly("", "b", "a", "b")).next().names()).containsExactlyInAnyOrder("a", "b");
        assertThat(subscribed.after(exactly("", "a", "c")).owed()).containsExactly("c");
    }

    @Test
    void heldVersionsCountInTheFirstRequestOnly() {
        Map<String, String> held = Map.of("a", "v1");
        ClientRequest request = new ClientRequest("", "", Optional.empty(), new Interest.Change(set("a"), set(), held));

        Step first = endpoints.after(request);
        Step second = first.next().after(request);

        assertThat(first.held()).isEqualTo(held);
        assertThat(second.held()).isEmpty();
        assertThat(second.owed()).containsExactly("a");
    }

    @Test
    void aNameThatIsUnsubscribedAndSubscribedInOneRequestIsSubscribed() {
        Subscription subscribed =
                endpoints.after(change(List.of("a"), List.of())).next();

        Step step = subscribed.after(change(List.of("a"), List.of("a")));

        assertThat(step.next().names()).isEqualTo(Set.of("a"));
        assertThat(step.owed()).containsExactly("a");
    }

    private static ClientRequest exactly(String nonce, String... names) {
        return new ClientRequest(nonce, "", Optional.empty(), TestingRequests.exactly(names));
    }

    private static ClientRequest change(List<String> subscribe, List<String> unsubscribe) {
        return new ClientRequest(
                "",
                "",
                Optional.empty(),
                new Interest.Change(new LinkedHashSet<>(subscribe), new LinkedHashSet<>(unsubscribe), Map.of()));
    }

    private static SequencedSet<String> set(String... names) {
        return new LinkedHashSet<>(List.of(names));
    }
}
