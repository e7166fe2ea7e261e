package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.fleet.Fleet;
import io.chancery.fleet.NodeContent;
import io.chancery.fleet.NodeContent.TypeContent;
import io.chancery.fleet.NodeStatus;
import io.chancery.fleet.Refusal;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceType;
import io.chancery.model.Revision;
import io.chancery.preview.Preview;
import io.chancery.rest.NodeAnswers.DiffAnswer;
import io.chancery.rest.NodeAnswers.NodeAnswer;
import io.chancery.rest.NodeAnswers.NodeSummary;
import io.chancery.rest.NodeAnswers.ResourceAnswer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The nodes: who is connected, with what. */
@RestController
@RequestMapping(path = "/v1/nodes", produces = MediaType.APPLICATION_JSON_VALUE)
class NodeController {

    private static final String CONNECTED = "connected";

    private final Fleet fleet;
    private final PastResources past;

    NodeController(Fleet fleet, ManifestRegistry manifests, Preview preview) {
        this.fleet = fleet;
        this.past = new PastResources(fleet, manifests, preview);
    }

    @GetMapping
    @Answers(problems = Problem.INVALID_VALUE)
    NodePage list(
            @RequestParam(required = false) @Nullable String state,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String after) {
        NavigableMap<String, NodeStatus> nodes = fleet.nodes();
        if (state != null) {
            StateFilter filter = StateFilter.parse(state);
            nodes.values().removeIf(node -> !filter.takes(node));
        }
        Page<NodeSummary> page = Page.of(nodes, after, limit, NodeSummary::of);
        return new NodePage(page.items(), page.next());
    }

    /** Shows a node: what it subscribes to, was sent, acknowledged and refused. */
    @GetMapping("/{id}")
    @Answers(problems = Problem.UNKNOWN_NODE)
    NodeAnswer get(@PathVariable String id) {
        NodeStatus node = fleet.node(id).orElseThrow(() -> noSuchNode(Optional.empty()));
        List<Refusal> refusals = fleet.refusals(id);
        return NodeAnswer.of(node, refusals);
    }

    /** Shows what a node has of one type, or was to have at a revision, as protobuf JSON, without its secrets. */
    @GetMapping("/{id}/resources/{type}")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_NODE, Problem.UNKNOWN_REVISION, Problem.REVISION_GONE})
    ResourcePage resources(
            @PathVariable String id,
            @PathVariable String type,
            @RequestParam(required = false) @Nullable Long revision,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String after) {
        ResourceType wanted = ResourceType.ofShortName(type)
                .orElseThrow(() -> new InvalidValueException("type", "must be one of " + shortNames()));
        if (revision != null) {
            return past.resources(connected(id).presence().node(), wanted, new Revision(revision), limit, after);
        }
        Optional<TypeContent> content =
                Optional.ofNullable(contentOf(id).types().get(wanted));
        Page<ResourceAnswer> page = Page.of(
                content.<NavigableMap<String, io.chancery.snapshot.Resource>>map(one -> new TreeMap<>(one.holds()))
                        .orElseGet(TreeMap::new),
                after,
                limit,
                resource -> ResourceAnswer.of(fleet.show(resource)));
        return new ResourcePage(id, type, null, null, page.items(), page.next());
    }

    /** Shows what a node has against what it should have. */
    @GetMapping("/{id}/diff")
    @Answers(problems = Problem.UNKNOWN_NODE)
    DiffAnswer diff(@PathVariable String id) {
        return DiffAnswer.of(id, contentOf(id));
    }

    private NodeContent contentOf(String id) {
        return fleet.content(connected(id).presence().node().id());
    }

    private NodeStatus connected(String id) {
        NodeStatus node = fleet.node(id).orElseThrow(() -> noSuchNode(Optional.empty()));
        if (!node.presence().isConnected()) {
            throw noSuchNode(Optional.of(node));
        }
        return node;
    }

    private static String shortNames() {
        return Arrays.stream(ResourceType.values()).map(ResourceType::shortName).collect(Collectors.joining(", "));
    }

    private static ProblemException noSuchNode(Optional<NodeStatus> known) {
        return Problem.UNKNOWN_NODE.toException(
                known.flatMap(node -> node.presence().left())
                        .map(left -> "It is not connected; it left at " + left)
                        .orElse("No node of this id is connected, or was lately; GET /v1/nodes lists them"));
    }

    /** Which nodes a list has. */
    private record StateFilter(Optional<NodeStatus.State> state) {

        static StateFilter parse(String text) {
            if (text.equals(CONNECTED)) {
                return new StateFilter(Optional.empty());
            }
            return Arrays.stream(NodeStatus.State.values())
                    .filter(state -> nameOf(state).equals(text))
                    .findAny()
                    .map(state -> new StateFilter(Optional.of(state)))
                    .orElseThrow(() -> new InvalidValueException(
                            "state",
                            "must be one of " + CONNECTED + ", "
                                    + Arrays.stream(NodeStatus.State.values())
                                            .map(NodeController::nameOf)
                                            .collect(Collectors.joining(", "))));
        }

        boolean takes(NodeStatus node) {
            return state.map(wanted -> node.state() == wanted)
                    .orElseGet(() -> node.presence().isConnected());
        }
    }

    static String nameOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A part of the nodes, by id.
     *
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record NodePage(
            List<NodeSummary> nodes,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /**
     * A part of what a node has of one type, by name.
     *
     * @param type the type's short name
     * @param revision of which it is what the node was to have; absent where it is what it has
     * @param note what is not of that revision
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record ResourcePage(
            String node,
            String type,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Long revision,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String note,

            List<ResourceAnswer> resources,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
