package io.chancery.xds;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.chancery.xds.ClientRequest.Interest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** Any requests in any order, stale ones and lies included, lead from one valid subscription to another. */
@Tag("fuzz")
class SubscriptionFuzzTest {

    private static final List<String> NAMES = List.of("a", "b", "c", "", "*", "xdstp://x/y/*", "a/b");

    @FuzzTest(maxDuration = "5m")
    void anyRequestsLeadFromOneValidSubscriptionToAnother(FuzzedDataProvider input) {
        Subscription subscription = Subscription.none(input.consumeBoolean());
        Variant variant = input.pickValue(Variant.values());
        int sent = 0;
        while (input.remainingBytes() > 0) {
            if (input.consumeBoolean()) {
                sent++;
                subscription = subscription.sent("n" + sent, "v" + sent / 2);
                assertThat(subscription.awaiting()).isTrue();
            } else {
                ClientRequest request = new ClientRequest(
                        input.pickValue(List.of(subscription.nonce(), "", "n0", "n1")),
                        input.pickValue(List.of(subscription.version(), "", "v0")),
                        input.consumeBoolean() ? Optional.of("no") : Optional.empty(),
                        interest(variant, input));
                Subscription.Step step = subscription.after(request);
                check(subscription, request, step);
                subscription = step.next();
            }
        }
    }

    private static Interest interest(Variant variant, FuzzedDataProvider input) {
        return switch (variant) {
            case SOTW -> TestingRequests.exactly(names(input));
            case DELTA -> new Interest.Change(names(input), names(input), Map.of("a", "1"));
        };
    }

    private static SequencedSet<String> names(FuzzedDataProvider input) {
        SequencedSet<String> names = new LinkedHashSet<>();
        for (int i = input.consumeInt(0, 4); i > 0; i--) {
            names.add(input.pickValue(NAMES));
        }
        return names;
    }

    private static void check(Subscription before, ClientRequest request, Subscription.Step step) {
        Subscription after = step.next();
        assertThat(after.names()).doesNotContain(Subscription.WILDCARD);
        assertThat(step.owed()).doesNotContain(Subscription.WILDCARD).allMatch(after::wants);
        assertThat(step.owesAll()).isIn(false, after.wildcard());
        assertThat(after.nonce()).isEqualTo(before.nonce());
        if (step.stale()) {
            assertThat(after).isEqualTo(before);
            assertThat(step.owed()).isEmpty();
            return;
        }
        assertThat(after.begun()).isTrue();
        assertThat(after.awaiting()).isEqualTo(before.awaiting() && step.reply() instanceof Subscription.Reply.None);
        if (before.begun()) {
            assertThat(step.held()).isEmpty();
        }
        if (request.interest() instanceof Interest.Exactly(var names, long _)) {
            Set<String> wanted = new LinkedHashSet<>(names);
            boolean star = wanted.remove(Subscription.WILDCARD);
            assertThat(after.names()).isEqualTo(wanted);
            assertThat(after.wildcard()).isEqualTo(star || (names.isEmpty() && before.whole() && !before.named()));
        }
    }
}
