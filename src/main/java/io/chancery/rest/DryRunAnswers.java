package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.Documents;
import io.chancery.manifest.DryRun;
import io.chancery.model.EnvoySince;
import io.chancery.model.NodeSelector;
import io.chancery.model.NodeShare;
import io.chancery.model.NodeTrait;
import io.chancery.preview.EnvoyVerdict;
import io.chancery.preview.GroupPreview;
import io.chancery.preview.PreviewResult;
import io.chancery.preview.ResourceChange;
import io.chancery.preview.ResourceChange.Kind;
import io.chancery.rest.ManifestWriter.FaultAnswer;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Dry runs as the API shows them. */
final class DryRunAnswers {

    private static final int MAX_NODES = 100;

    private DryRunAnswers() {}

    /**
     * What changes would come to. Nothing was changed.
     *
     * @param revision the store's revision that it is about
     * @param accepted whether the changes would be made: all of them, or none
     * @param created these four by kind and name, as if nothing spoke against it; documents that cannot be read are in none
     * @param faults all that speaks against it
     * @param groups for which nodes something would change
     * @param moreGroups how many further groups there are
     */
    record DryRunAnswer(
            long revision,
            boolean accepted,
            List<String> created,
            List<String> changed,
            List<String> unchanged,
            List<String> deleted,
            List<FaultAnswer> faults,
            List<GroupAnswer> groups,
            int moreGroups)
            implements ChangeAnswer, RuntimeChangeAnswer {

        static DryRunAnswer of(DryRun run, List<FaultAnswer> faults, PreviewResult.Previewed preview) {
            return new DryRunAnswer(
                    run.before().revision().value(),
                    faults.isEmpty(),
                    keys(run.effects(), Outcome.CREATED),
                    keys(run.effects(), Outcome.CHANGED),
                    keys(run.effects(), Outcome.UNCHANGED),
                    keys(run.effects(), Outcome.DELETED),
                    faults,
                    preview.groups().stream().map(GroupAnswer::of).toList(),
                    preview.more());
        }
    }

    static List<String> keys(List<Effect> effects, Outcome outcome) {
        return effects.stream()
                .filter(effect -> effect.outcome() == outcome)
                .map(effect -> effect.key().toString())
                .toList();
    }

    /**
     * Nodes for which the changes come to the same.
     *
     * @param selectors by which they are told from the others: those, of the manifests that count here, that match them; none
     *     for the nodes that only manifests for all nodes are for
     * @param connected how many such nodes are connected
     * @param nodes at most 100 of them, by id
     * @param moreChanges how many changes beyond those that are listed
     * @param envoy what an Envoy says of all that they would have; only with {@code deep=true}
     */
    record GroupAnswer(
            @Schema(type = "array") List<JsonNode> selectors,
            int connected,
            List<String> nodes,
            List<ResourceAnswer> added,
            List<ChangedAnswer> changed,
            List<ResourceAnswer> removed,
            int moreChanges,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            EnvoyAnswer envoy) {

        static GroupAnswer of(GroupPreview group) {
            return new GroupAnswer(
                    group.selectors().stream()
                            .map(GroupAnswer::nodes)
                            .sorted(Comparator.comparing(JsonNode::toString))
                            .toList(),
                    group.nodes().size(),
                    group.nodes().stream().limit(MAX_NODES).toList(),
                    resources(group, Kind.ADDED),
                    group.changes().stream()
                            .filter(change -> change.kind() == Kind.CHANGED)
                            .map(ChangedAnswer::of)
                            .toList(),
                    resources(group, Kind.REMOVED),
                    group.more(),
                    group.verdict().map(EnvoyAnswer::of).orElse(null));
        }

        /** As in a document, with what no document can ask for. */
        private static JsonNode nodes(NodeSelector selector) {
            ObjectNode nodes = Documents.nodes(selector);
            for (NodeTrait trait : selector.traits().stream()
                    .sorted(Comparator.comparing(NodeTrait::toString))
                    .toList()) {
                switch (trait) {
                    case EnvoySince(int major, int minor) -> nodes.put("envoySince", major + "." + minor);
                    case NodeShare(String _, int percent) ->
                        nodes.withArray("percent").add(percent);
                }
            }
            return nodes;
        }

        private static List<ResourceAnswer> resources(GroupPreview group, Kind kind) {
            return group.changes().stream()
                    .filter(change -> change.kind() == kind)
                    .map(change -> new ResourceAnswer(change.type().shortName(), change.name(), change.source()))
                    .toList();
        }
    }

    /**
     * A resource that comes or goes.
     *
     * @param type the type's short name
     * @param source the manifest or service that it is from
     */
    @Schema(name = "PreviewedResource")
    record ResourceAnswer(String type, String name, String source) {}

    /**
     * A resource that changes.
     *
     * @param diff of its YAML without secrets; absent where the answer would become too large
     * @param secretsOnly whether nothing but secrets changes
     */
    record ChangedAnswer(
            String type,
            String name,
            String source,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String diff,

            boolean secretsOnly) {

        static ChangedAnswer of(ResourceChange change) {
            return new ChangedAnswer(
                    change.type().shortName(),
                    change.name(),
                    change.source(),
                    change.diff().orElse(null),
                    change.diff().map(String::isEmpty).orElse(false));
        }
    }

    /**
     * What an Envoy says.
     *
     * @param verdict {@code accepted}, {@code refused}, or {@code undecided} where it could not be asked or took too long
     * @param words what it wrote, without secrets
     */
    record EnvoyAnswer(String verdict, String words) {

        static EnvoyAnswer of(EnvoyVerdict verdict) {
            return switch (verdict) {
                case EnvoyVerdict.Accepted(String words) -> new EnvoyAnswer("accepted", words);
                case EnvoyVerdict.Refused(String words) -> new EnvoyAnswer("refused", words);
                case EnvoyVerdict.Undecided(String reason) -> new EnvoyAnswer("undecided", reason);
            };
        }
    }
}
