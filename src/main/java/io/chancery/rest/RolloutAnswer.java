package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.spec.ShardRollout;
import io.chancery.rollout.RolloutView;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A change of shards that is under way.
 *
 * @param name the manifest's and the service's
 * @param revision at which the manifest was last changed
 * @param state running, paused or halted
 * @param reason why it was halted; absent unless it was
 * @param step the one in force, from 0
 * @param percent the percentage of customers or nodes that has the change
 * @param since when the step came into force; absent for a moment after it was declared
 * @param next when it goes on by itself; absent where it does not
 * @param obstacle why it cannot go on by itself although it should; absent where it can
 * @param refusals of what it may have brought, since it began and since this process started
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record RolloutAnswer(
        String name,
        long revision,
        String state,
        @Nullable String reason,
        int step,
        int percent,
        @Nullable String since,
        @Nullable String next,
        @Nullable String obstacle,
        String by,
        @Schema(type = "object") JsonNode to,
        @Schema(type = "array") JsonNode steps,
        @Schema(type = "object") @Nullable JsonNode haltOn,
        @Nullable RolloutCustomersAnswer customers,
        RolloutNodesAnswer nodes,
        int refusals) {

    private static final int MAX_NAMED = 100;

    static RolloutAnswer of(DeclaredManifest declared, RolloutView view) {
        ShardRollout rollout = view.rollout();
        JsonNode written = Documents.redacted(declared.manifest()).at("/spec/rollout");
        return new RolloutAnswer(
                declared.manifest().key().name(),
                declared.revision().value(),
                NodeController.nameOf(rollout.state()),
                rollout.reason().orElse(null),
                rollout.step(),
                rollout.percent(),
                rollout.since().map(Instant::toString).orElse(null),
                view.next().map(Instant::toString).orElse(null),
                view.obstacle().orElse(null),
                NodeController.nameOf(rollout.by()),
                written.get("to"),
                written.get("steps"),
                written.get("haltOn"),
                view.customers().map(RolloutCustomersAnswer::of).orElse(null),
                RolloutNodesAnswer.of(view.nodes()),
                view.refusals());
    }

    /**
     * The customers that the policy names.
     *
     * @param known how many there are
     * @param moved how many of them have the change
     * @param share of them that has it, 0 to 1; absent where there are none
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RolloutCustomersAnswer(
            int known, int moved, @Nullable Double share) {

        static RolloutCustomersAnswer of(RolloutView.Customers customers) {
            return new RolloutCustomersAnswer(
                    customers.known(),
                    customers.moved(),
                    customers.known() == 0 ? null : (double) customers.moved() / customers.known());
        }
    }

    /**
     * The nodes.
     *
     * @param connected how many are
     * @param chosen how many of them are to have the change: all, or where it goes to nodes, those that it goes to
     * @param having how many of these have accepted all that they were sent
     * @param names at most 100 of those
     * @param waitingFor at most 100 of the others
     */
    record RolloutNodesAnswer(int connected, int chosen, int having, List<String> names, List<String> waitingFor) {

        static RolloutNodesAnswer of(RolloutView.Nodes nodes) {
            return new RolloutNodesAnswer(
                    nodes.connected(),
                    nodes.having().size() + nodes.waiting().size(),
                    nodes.having().size(),
                    nodes.having().stream().limit(MAX_NAMED).toList(),
                    nodes.waiting().stream().limit(MAX_NAMED).toList());
        }
    }
}
