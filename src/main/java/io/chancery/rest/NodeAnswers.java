package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.fleet.NodeContent;
import io.chancery.fleet.NodeContent.Difference;
import io.chancery.fleet.NodeContent.TypeContent;
import io.chancery.fleet.NodeStatus;
import io.chancery.fleet.Presence;
import io.chancery.fleet.Refusal;
import io.chancery.fleet.ShownResource;
import io.chancery.model.Locality;
import io.chancery.model.Program;
import io.chancery.model.ResourceType;
import io.chancery.snapshot.Origin;
import io.chancery.snapshot.Resource;
import io.chancery.xds.StreamStatus;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Nodes as the API shows them. */
final class NodeAnswers {

    private NodeAnswers() {}

    private static @Nullable String words(Program program) {
        return program.equals(Program.UNKNOWN) ? null : (program.name() + ' ' + program.version()).strip();
    }

    /**
     * One node in a list.
     *
     * @param program what it runs, for example {@code envoy 1.40.0}
     * @param state {@code synced}, {@code behind}, {@code refusing} or {@code left}
     * @param since when it connected
     * @param left when it left
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NodeSummary(
            String id,
            String cluster,
            @Nullable String program,
            boolean connected,
            String state,
            String since,
            @Nullable String left) {

        static NodeSummary of(NodeStatus node) {
            Presence presence = node.presence();
            return new NodeSummary(
                    presence.node().id(),
                    presence.node().cluster(),
                    words(presence.node().program()),
                    presence.isConnected(),
                    NodeController.nameOf(node.state()),
                    presence.since().toString(),
                    presence.left().map(Instant::toString).orElse(null));
        }
    }

    /**
     * One node.
     *
     * @param program what it runs, for example {@code envoy 1.40.0}
     * @param metadata as the node gave it; empty once it has left
     * @param types by short name, what was asked for
     * @param refusals the last first; those of former streams too
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record NodeAnswer(
            String id,
            String cluster,
            EndpointAttributes.@Nullable LocalityBody locality,
            @Nullable String program,
            Map<String, Object> metadata,
            boolean connected,
            String state,
            String since,
            @Nullable String left,
            List<StreamAnswer> streams,
            Map<String, TypeAnswer> types,
            List<RefusalAnswer> refusals) {

        static NodeAnswer of(NodeStatus node, List<Refusal> refusals) {
            Presence presence = node.presence();
            Locality locality = presence.node().locality();
            return new NodeAnswer(
                    presence.node().id(),
                    presence.node().cluster(),
                    EndpointAttributes.LocalityBody.of(locality),
                    words(presence.node().program()),
                    presence.node().metadata(),
                    presence.isConnected(),
                    NodeController.nameOf(node.state()),
                    presence.since().toString(),
                    presence.left().map(Instant::toString).orElse(null),
                    node.streams().stream().map(StreamAnswer::of).toList(),
                    types(node.streams()),
                    refusals.stream().map(RefusalAnswer::of).toList());
        }

        private static Map<String, TypeAnswer> types(List<StreamStatus> streams) {
            Map<String, TypeAnswer> types = new LinkedHashMap<>();
            for (StreamStatus stream : streams) {
                for (StreamStatus.TypeStatus type : stream.types()) {
                    types.merge(
                            type.type().map(ResourceType::shortName).orElse(type.typeUrl()),
                            TypeAnswer.of(type),
                            TypeAnswer::with);
                }
            }
            return types;
        }
    }

    /** One open stream. */
    record StreamAnswer(String variant, boolean aggregated, String since) {

        static StreamAnswer of(StreamStatus stream) {
            return new StreamAnswer(
                    NodeController.nameOf(stream.variant()),
                    stream.aggregated(),
                    stream.since().toString());
        }
    }

    /**
     * One type, over all streams of the node.
     *
     * @param state as the client status discovery service names it, in lower case; the worst of the streams
     * @param sent version of the type as a whole, as the last stream has it
     * @param acknowledged likewise
     * @param behind how many changes are unanswered
     * @param lagMillis how long the oldest of them has waited
     * @param refused the last refusal on a stream that is open
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record TypeAnswer(
            String state,
            SubscribedAnswer subscribed,
            @Nullable String sent,
            @Nullable String acknowledged,
            int behind,
            long lagMillis,
            @Nullable LastRefusalAnswer refused) {

        private static final List<String> WORST_LAST = List.of("synced", "not-sent", "stale", "error");

        static TypeAnswer of(StreamStatus.TypeStatus type) {
            return new TypeAnswer(
                    NodeController.nameOf(type.state()),
                    new SubscribedAnswer(type.wildcard(), type.names()),
                    type.sentVersion().isEmpty() ? null : type.sentVersion(),
                    type.acknowledgedVersion().isEmpty() ? null : type.acknowledgedVersion(),
                    type.behind(),
                    type.lag().toMillis(),
                    type.refusal().map(LastRefusalAnswer::of).orElse(null));
        }

        TypeAnswer with(TypeAnswer later) {
            return new TypeAnswer(
                    WORST_LAST.indexOf(state) > WORST_LAST.indexOf(later.state) ? state : later.state,
                    new SubscribedAnswer(
                            subscribed.all || later.subscribed.all, subscribed.names + later.subscribed.names),
                    later.sent == null ? sent : later.sent,
                    later.acknowledged == null ? acknowledged : later.acknowledged,
                    behind + later.behind,
                    Math.max(lagMillis, later.lagMillis),
                    later.refused == null ? refused : later.refused);
        }
    }

    /**
     * What is subscribed to.
     *
     * @param all whether everything is, by the wildcard
     * @param names how many names are
     */
    record SubscribedAnswer(boolean all, int names) {}

    /**
     * The last refusal of a type.
     *
     * @param version of the type as a whole
     * @param resources on which it falls
     */
    record LastRefusalAnswer(String version, List<String> resources, String message, String time) {

        static LastRefusalAnswer of(StreamStatus.RefusalStatus refusal) {
            return new LastRefusalAnswer(
                    refusal.version(),
                    refusal.blamed(),
                    refusal.message(),
                    refusal.time().toString());
        }
    }

    /**
     * A version of a resource that the node refused.
     *
     * @param source the manifest or service behind it
     * @param revision of the change that made it
     * @param author who made that change, where it is known
     * @param count how often it was refused
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RefusalAnswer(
            String type,
            String resource,
            String version,
            String message,
            @Nullable String source,
            @Nullable Long revision,
            @Nullable String author,
            int count,
            String first,
            String last) {

        static RefusalAnswer of(Refusal refusal) {
            Optional<Origin> origin = refusal.origin();
            return new RefusalAnswer(
                    refusal.type(),
                    refusal.name(),
                    refusal.version(),
                    refusal.message(),
                    origin.map(Origin::source).orElse(null),
                    origin.map(one -> one.revision().value()).orElse(null),
                    origin.map(Origin::author)
                            .filter(author -> !author.isEmpty())
                            .orElse(null),
                    refusal.count(),
                    refusal.first().toString(),
                    refusal.last().toString());
        }
    }

    /** A resource that a node has. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record ResourceAnswer(
            String name,
            String version,
            String source,
            long revision,
            @Nullable String author,
            @Schema(type = "object") JsonNode content) {

        static ResourceAnswer of(ShownResource resource) {
            Origin origin = resource.origin();
            return new ResourceAnswer(
                    resource.name(),
                    resource.version(),
                    origin.source(),
                    origin.revision().value(),
                    origin.author().isEmpty() ? null : origin.author(),
                    resource.content());
        }
    }

    /**
     * What a node has against what it should have.
     *
     * @param inSync whether it has what it should have
     * @param types by short name, those in which something is to be said
     */
    record DiffAnswer(String node, boolean inSync, Map<String, TypeDiff> types) {

        static DiffAnswer of(String node, NodeContent content) {
            Map<String, TypeDiff> types = new LinkedHashMap<>();
            content.types().forEach((type, own) -> {
                TypeDiff diff = TypeDiff.of(own);
                if (!diff.isEmpty()) {
                    types.put(type.shortName(), diff);
                }
            });
            return new DiffAnswer(node, types.values().stream().allMatch(TypeDiff::isInSync), types);
        }
    }

    /**
     * One type.
     *
     * @param missing what it should have and has not
     * @param extra what it has and should not
     * @param different what it has in another version than it should
     * @param heldBack what is held back from nodes that do not have it; no difference
     */
    record TypeDiff(
            List<String> missing, List<String> extra, List<Different> different, List<HeldBackAnswer> heldBack) {

        static TypeDiff of(TypeContent content) {
            TypeDiff diff = new TypeDiff(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            content.differences().forEach((name, difference) -> diff.add(name, difference, content));
            content.withheld()
                    .forEach((name, version) -> diff.heldBack.add(new HeldBackAnswer(
                            name,
                            version,
                            versionOf(content.wanted().get(name)),
                            versionOf(content.holds().get(name)))));
            return diff;
        }

        private void add(String name, Difference difference, TypeContent content) {
            switch (difference) {
                case MISSING -> missing.add(name);
                case EXTRA -> extra.add(name);
                case DIFFERENT ->
                    different.add(new Different(
                            name,
                            String.valueOf(versionOf(content.holds().get(name))),
                            String.valueOf(versionOf(content.wanted().get(name)))));
            }
        }

        private static @Nullable String versionOf(@Nullable Resource resource) {
            return resource == null ? null : resource.version();
        }

        boolean isInSync() {
            return missing.isEmpty() && extra.isEmpty() && different.isEmpty();
        }

        boolean isEmpty() {
            return isInSync() && heldBack.isEmpty();
        }
    }

    /** A resource of which a node has another version than it should. */
    record Different(String name, String has, String shouldHave) {}

    /**
     * A version that is held back.
     *
     * @param version that is held back
     * @param instead the version that goes out in its place, absent for none
     * @param has the version that the node has, absent for none; it may be the one that is held back from others
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record HeldBackAnswer(
            String name,
            String version,
            @Nullable String instead,
            @Nullable String has) {}
}
