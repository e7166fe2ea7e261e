package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.EndpointId;
import io.chancery.sharding.BlastRadius;
import io.chancery.sharding.Distribution;
import io.chancery.sharding.Moves;
import io.chancery.sharding.Shard;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What there is to be known of shards beforehand, and of all of them together, as the API shows it. */
final class ShardReports {

    static final String NOT_SHUFFLE_SHARDING =
            "As the original program chose them, over the endpoints by their ids. It is not shuffle sharding: a shard is a run"
                    + " of neighbours, and there are no more shards than endpoints.";

    private static final int MAX_LISTED = 100;
    private static final int MAX_EXACT_BITS = 53;

    private ShardReports() {}

    /**
     * The endpoints of some customers.
     *
     * @param mode {@code shuffle} or {@code original}
     * @param note what to know of the mode; only where it is not what Envoys go by
     * @param endpoints how many endpoints shards are made of
     */
    record AssignmentsAnswer(
            String service,
            String mode,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String note,

            int endpoints,
            List<AssignmentAnswer> assignments) {}

    /**
     * The endpoints of one customer.
     *
     * @param shard as the metadata of endpoints names it; it, the virtual shard, and the reason are not in the mode original
     * @param reason {@code policy}, {@code class}, {@code size} or {@code own}
     * @param indices the places of the endpoints by their ids, from 0; only in the mode original, as is {@code chosen}
     * @param chosen which of them answers the path that was asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AssignmentAnswer(
            String customer,
            int size,
            @Nullable String shard,
            @Nullable Integer virtualShard,
            @Nullable String reason,
            @Nullable List<Integer> indices,
            List<String> hosts,
            @Nullable String chosen) {

        static AssignmentAnswer of(String customer, Shard shard) {
            return new AssignmentAnswer(
                    customer,
                    shard.size(),
                    shard.label(),
                    shard.virtualShard(),
                    NodeController.nameOf(shard.reason()),
                    null,
                    ShardAnswers.ids(shard.hosts()),
                    null);
        }

        static AssignmentAnswer original(
                String customer, int size, List<Integer> indices, List<EndpointId> hosts, @Nullable Integer chosen) {
            return new AssignmentAnswer(
                    customer,
                    size,
                    null,
                    null,
                    null,
                    indices,
                    indices.stream().map(index -> hosts.get(index).value()).toList(),
                    chosen == null ? null : hosts.get(chosen).value());
        }
    }

    /**
     * What it costs the customers when endpoints fail.
     *
     * @param failing those of the endpoints that shards have
     * @param elsewhere those that no shard has
     * @param expected shares of the customers of whom nothing is said, were shards drawn evenly
     * @param actual their shares by the virtual shards as they are
     * @param customers those for whom something of their own holds
     */
    record BlastRadiusAnswer(
            String service,
            List<String> failing,
            List<String> elsewhere,
            ShareAnswer expected,
            ShareAnswer actual,
            LosersAnswer customers) {

        static BlastRadiusAnswer of(String service, BlastRadius radius) {
            return new BlastRadiusAnswer(
                    service,
                    ShardAnswers.ids(radius.failing()),
                    ShardAnswers.ids(radius.elsewhere()),
                    ShareAnswer.of(radius.expected()),
                    ShareAnswer.of(radius.actual()),
                    LosersAnswer.of(radius.known()));
        }
    }

    /**
     * Shares of customers, 1 together.
     *
     * @param all of those who lose all of their endpoints
     * @param part of those who lose some
     * @param none of those who lose nothing
     */
    record ShareAnswer(double all, double part, double none) {

        static ShareAnswer of(BlastRadius.Share share) {
            return new ShareAnswer(share.all(), share.part(), share.none());
        }
    }

    /**
     * Known customers that lose something.
     *
     * @param total how many known customers there are
     * @param all how many lose all of their endpoints
     * @param losingAll at most 100 of them
     * @param part how many lose some
     * @param losingPart at most 100 of them
     */
    record LosersAnswer(int total, int all, List<String> losingAll, int part, List<String> losingPart) {

        static LosersAnswer of(BlastRadius.Known known) {
            return new LosersAnswer(
                    known.total(),
                    known.all().size(),
                    known.all().stream().limit(MAX_LISTED).toList(),
                    known.part().size(),
                    known.part().stream().limit(MAX_LISTED).toList());
        }
    }

    /**
     * Who is served by other endpoints once a policy or its endpoints are different.
     *
     * @param before how many endpoints shards are made of
     * @param after how many there will be
     * @param basis {@code virtual-shards}: the shares are exact; {@code sampled-customers}: they are of made-up customers
     * @param compared how many virtual shards or customers were compared
     * @param moved the share of customers whose endpoints are not the same
     * @param keepingSome the share of those that keep at least one endpoint, with those that do not move
     * @param keepingAll the share of those that keep all endpoints, and may have more
     * @param known how many customers there are for whom something of their own holds
     * @param knownMoved how many of them move
     * @param moves at most 100 of these
     */
    record PreviewAnswer(
            String service,
            int before,
            int after,
            String basis,
            int compared,
            double moved,
            double keepingSome,
            double keepingAll,
            int known,
            int knownMoved,
            List<MoveAnswer> moves) {

        static PreviewAnswer of(String service, int before, int after, Moves moves) {
            return new PreviewAnswer(
                    service,
                    before,
                    after,
                    NodeController.nameOf(moves.basis()),
                    moves.compared(),
                    moves.moved(),
                    moves.keepingSome(),
                    moves.keepingAll(),
                    moves.known(),
                    moves.customers().size(),
                    moves.customers().stream()
                            .limit(MAX_LISTED)
                            .map(MoveAnswer::of)
                            .toList());
        }
    }

    /**
     * A customer that moves.
     *
     * @param kept how many of the endpoints stay
     */
    record MoveAnswer(String customer, List<String> before, List<String> after, int kept) {

        static MoveAnswer of(Moves.Move move) {
            return new MoveAnswer(
                    move.customer(), ShardAnswers.ids(move.before()), ShardAnswers.ids(move.after()), move.kept());
        }
    }

    /**
     * How customers are divided.
     *
     * @param endpoints how many endpoints shards are made of
     * @param size of the usual shard
     * @param virtualShards how many customers are divided into
     * @param customers for how many something of their own holds
     * @param imbalance how many times its fair share the endpoint has that has the most of it
     * @param hosts each endpoint, by id
     * @param next absent on the last page of these; otherwise what to give as {@code after} for the next
     */
    record DistributionAnswer(
            String service,
            int endpoints,
            int size,
            int virtualShards,
            int customers,
            double imbalance,
            CountsAnswer perHost,
            SetsAnswer sets,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            OriginalAnswer original,

            List<HostShareAnswer> hosts,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /** Virtual shards, and known customers, of an endpoint. */
    record CountsAnswer(SpreadAnswer virtualShards, SpreadAnswer customers) {

        static CountsAnswer of(Distribution distribution) {
            return new CountsAnswer(
                    SpreadAnswer.of(distribution.virtualShardsPerHost()),
                    SpreadAnswer.of(distribution.customersPerHost()));
        }
    }

    /**
     * The sets of endpoints that shards are.
     *
     * @param possible how many there can be of the usual size; absent where that is more than a number of JSON holds
     * @param distinct how many the virtual shards are
     * @param virtualShards how many virtual shards are the same set
     * @param customers how many known customers have the same set
     */
    record SetsAnswer(
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long possible,

            int distinct,
            SpreadAnswer virtualShards,
            SpreadAnswer customers) {

        static SetsAnswer of(Distribution distribution) {
            BigInteger possible = distribution.possible();
            return new SetsAnswer(
                    possible.bitLength() <= MAX_EXACT_BITS ? possible.longValueExact() : null,
                    distribution.sets().distinct(),
                    SpreadAnswer.of(distribution.sets().virtualShards()),
                    SpreadAnswer.of(distribution.sets().customers()));
        }
    }

    /**
     * For comparison.
     *
     * @param distinct how many different sets of endpoints made-up customers would have
     * @param compared how many customers these are
     */
    record OriginalAnswer(String note, int distinct, int compared) {}

    record SpreadAnswer(double min, double max, double mean) {

        static SpreadAnswer of(Distribution.Spread spread) {
            return new SpreadAnswer(spread.min(), spread.max(), spread.mean());
        }
    }

    /**
     * What one endpoint works for.
     *
     * @param virtualShards of the usual size
     * @param fairShare how many there would be by its weight
     * @param customers for whom something of their own holds
     */
    record HostShareAnswer(String id, double virtualShards, double fairShare, int customers) {}
}
