package io.chancery.rest;

import io.chancery.assignment.Assignment;
import io.chancery.assignment.Assignments;
import io.chancery.manifest.Change;
import io.chancery.manifest.Documents;
import io.chancery.model.EndpointId;
import io.chancery.model.InvalidValueException;
import io.chancery.registry.Precondition;
import io.chancery.rest.ShardReports.AssignmentAnswer;
import io.chancery.rest.ShardReports.AssignmentsAnswer;
import io.chancery.rest.ShardReports.BlastRadiusAnswer;
import io.chancery.rest.ShardReports.CountsAnswer;
import io.chancery.rest.ShardReports.DistributionAnswer;
import io.chancery.rest.ShardReports.HostShareAnswer;
import io.chancery.rest.ShardReports.OriginalAnswer;
import io.chancery.rest.ShardReports.PreviewAnswer;
import io.chancery.rest.ShardReports.SetsAnswer;
import io.chancery.sharding.BlastRadius;
import io.chancery.sharding.Distribution;
import io.chancery.sharding.Moves;
import io.chancery.sharding.OriginalShards;
import io.chancery.sharding.ShardHost;
import io.chancery.sharding.Sharding;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Who gets which endpoints, whom their failure or a change would reach, and how evenly customers are divided. */
@RestController
@RequestMapping(path = ShuffleShardController.PATH + "/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
class ShardReportController {

    private static final String CUSTOMER = "customer";
    private static final String MODE = "mode";
    private static final String SHUFFLE = "shuffle";
    private static final String ORIGINAL = "original";
    private static final String PATH = "path";
    private static final int MAX_CUSTOMERS = 1_000;

    /** The original's search for a free place takes the number of endpoints, times the size, squared. */
    private static final int MAX_ORIGINAL = 64;

    private static final int ORIGINAL_SAMPLE = 2_000;

    private final Assignments assignments;
    private final JsonMapper json;

    ShardReportController(Assignments assignments, JsonMapper json) {
        this.assignments = assignments;
        this.json = json;
    }

    /** Shows which endpoints serve some customers; any id is a customer's. */
    @GetMapping("/assignments")
    @Parameter(
            name = CUSTOMER,
            in = ParameterIn.QUERY,
            required = true,
            description = "the id of a customer; up to 1000 times")
    @Parameter(
            name = MODE,
            in = ParameterIn.QUERY,
            description = "shuffle if absent; original: as the program chose that this replaces, for comparison")
    @Parameter(
            name = PATH,
            in = ParameterIn.QUERY,
            description = "with mode=original: which endpoint answers this path")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    AssignmentsAnswer assignments(@PathVariable String name, @Parameter(hidden = true) HttpServletRequest request) {
        Assignment found = found(name);
        List<String> customers = customers(request);
        @Nullable String mode = request.getParameter(MODE);
        @Nullable String path = request.getParameter(PATH);
        return switch (mode) {
            case null -> shuffled(name, found, customers, path);
            case SHUFFLE -> shuffled(name, found, customers, path);
            case ORIGINAL -> original(name, found, customers, path);
            default -> throw new InvalidValueException(MODE, "must be " + SHUFFLE + " or " + ORIGINAL);
        };
    }

    /** As they are: a comma is part of an id. */
    private static List<String> customers(HttpServletRequest request) {
        String @Nullable [] customers = request.getParameterValues(CUSTOMER);
        if (customers == null || customers.length > MAX_CUSTOMERS) {
            throw new InvalidValueException(CUSTOMER, "must be given, up to " + MAX_CUSTOMERS + " times");
        }
        for (String customer : customers) {
            ShuffleShardController.checkCustomer(CUSTOMER, customer);
        }
        return List.of(customers);
    }

    private static AssignmentsAnswer shuffled(
            String name, Assignment found, List<String> customers, @Nullable String path) {
        if (path != null) {
            throw new InvalidValueException(PATH, "must be left out, or given together with mode=" + ORIGINAL);
        }
        Sharding sharding = found.sharding();
        return new AssignmentsAnswer(
                name,
                SHUFFLE,
                null,
                sharding.current().total(),
                customers.stream()
                        .map(customer -> AssignmentAnswer.of(customer, sharding.shardOf(customer)))
                        .toList());
    }

    private static AssignmentsAnswer original(
            String name, Assignment found, List<String> customers, @Nullable String path) {
        List<EndpointId> hosts = found.sharding().current().hosts();
        if (hosts.size() > MAX_ORIGINAL) {
            throw new InvalidValueException(
                    MODE, "must be " + SHUFFLE + " where there are more than " + MAX_ORIGINAL + " endpoints");
        }
        List<AssignmentAnswer> answers = new ArrayList<>();
        for (String customer : customers) {
            int size = found.policy().sizeOf(customer);
            List<Integer> shard = hosts.isEmpty() ? List.of() : OriginalShards.of(customer, hosts.size(), size);
            @Nullable
            Integer chosen =
                    path == null || shard.isEmpty() ? null : Integer.valueOf(OriginalShards.choice(shard, path));
            answers.add(AssignmentAnswer.original(customer, size, shard, hosts, chosen));
        }
        return new AssignmentsAnswer(name, ORIGINAL, ShardReports.NOT_SHUFFLE_SHARDING, hosts.size(), answers);
    }

    /** Shows which share of the customers loses all, or some, of its endpoints when these fail. */
    @GetMapping("/blast-radius")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    BlastRadiusAnswer blastRadius(
            @PathVariable String name,
            @Parameter(description = "the ids of endpoints, with commas between", required = true)
                    @RequestParam(required = false)
                    @Nullable
                    String hosts) {
        Assignment found = found(name);
        if (hosts == null) {
            throw new InvalidValueException("hosts", "must be ids of endpoints with commas between");
        }
        List<EndpointId> failing = new ArrayList<>();
        for (String id : hosts.split(",", -1)) {
            EndpointId host = host("hosts", id.strip());
            if (found.endpoint(host).isEmpty()) {
                throw new InvalidValueException("hosts", "must be endpoints of the service, with commas between");
            }
            failing.add(host);
        }
        return BlastRadiusAnswer.of(name, BlastRadius.of(found.sharding(), failing));
    }

    /** Shows who would be served by other endpoints if the policy, or the endpoints, were different; changes nothing. */
    @PostMapping(path = "/preview", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            sets = ProblemSet.BODY,
            problems = {Problem.INVALID_VALUE, Problem.INVALID_MANIFEST, Problem.UNKNOWN_FIELD, Problem.UNKNOWN_MANIFEST
            })
    PreviewAnswer preview(@PathVariable String name, @RequestBody Wanted wanted) {
        Assignment found = found(name);
        if (wanted.policy() == null && wanted.hosts() == null) {
            throw new InvalidValueException(
                    "policy", "or hosts must be given, for example {\"policy\": {\"size\": 3}}");
        }
        List<ShardHost> hosts = wanted.hosts() == null ? found.hosts() : hosts(found, wanted.hosts());
        Sharding after = wanted.policy() == null
                ? found.over(hosts)
                : Sharding.of(ShardWriter.policy(policy(name, found, wanted.policy())), hosts);
        return PreviewAnswer.of(
                name,
                found.sharding().current().total(),
                after.current().total(),
                Moves.between(found.sharding(), after));
    }

    private static Change.Put policy(String name, Assignment found, JsonNode patch) {
        ObjectNode changes = ShuffleShardController.object(patch, "{\"size\": 3}");
        ObjectNode document = ShuffleShardController.patched(
                Documents.redacted(found.declared().manifest()), changes);
        return ManifestEditor.put(Documents.read(ShardWriter.key(name), document, Precondition.NONE), "spec");
    }

    private List<ShardHost> hosts(Assignment found, HostChanges changes) {
        SortedMap<EndpointId, ShardHost> hosts = new TreeMap<>();
        found.hosts().forEach(host -> hosts.put(host.id(), host));
        List<@Nullable String> gone = changes.remove() == null ? List.of() : changes.remove();
        for (int i = 0; i < gone.size(); i++) {
            String field = "hosts.remove[" + i + ']';
            if (hosts.remove(host(field, gone.get(i))) == null) {
                throw new InvalidValueException(field, "must be an endpoint that shards can have now");
            }
        }
        List<@Nullable JsonNode> come = changes.add() == null ? List.of() : changes.add();
        for (int i = 0; i < come.size(); i++) {
            String field = "hosts.add[" + i + ']';
            ShardHost host = added(field, come.get(i));
            if (hosts.putIfAbsent(host.id(), host) != null) {
                throw new InvalidValueException(field, "must be an endpoint that shards do not have now");
            }
        }
        return List.copyOf(hosts.values());
    }

    private ShardHost added(String field, @Nullable JsonNode given) {
        if (given == null || !given.isObject()) {
            return new ShardHost(host(field, given == null ? "" : given.asString("")), 1, "");
        }
        NewHost host = json.treeToValue(given, NewHost.class);
        if (host.id() == null) {
            throw new InvalidValueException(field + ".id", "must be given");
        }
        try {
            return new ShardHost(
                    host(field + ".id", host.id()),
                    host.weight() == null ? 1 : host.weight(),
                    host.zone() == null ? "" : host.zone());
        } catch (InvalidValueException e) {
            throw e.field().startsWith(field) ? e : new InvalidValueException(field + '.' + e.field(), e.reason());
        }
    }

    private static EndpointId host(String field, @Nullable String id) {
        try {
            return new EndpointId(id == null ? "" : id);
        } catch (InvalidValueException e) {
            throw new InvalidValueException(field, e.reason());
        }
    }

    /** Shows how evenly customers are divided among endpoints, and among the sets of endpoints that shards are. */
    @GetMapping("/distribution")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    DistributionAnswer distribution(
            @PathVariable String name,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String after) {
        Assignment found = found(name);
        Distribution distribution = Distribution.of(found.sharding());
        NavigableMap<EndpointId, HostShareAnswer> loads = new TreeMap<>();
        for (Map.Entry<EndpointId, Distribution.Load> host :
                distribution.hosts().entrySet()) {
            Distribution.Load load = host.getValue();
            loads.put(
                    host.getKey(),
                    new HostShareAnswer(
                            host.getKey().value(), load.virtualShards(), load.fairShare(), load.customers()));
        }
        @Nullable EndpointId from = after == null ? null : Known.after(after, EndpointId::new);
        Page<HostShareAnswer> page = Page.of(loads, from, limit, load -> load);
        return new DistributionAnswer(
                name,
                found.sharding().current().total(),
                found.policy().size(),
                found.policy().shards(),
                found.policy().customers().size(),
                distribution.imbalance(),
                CountsAnswer.of(distribution),
                SetsAnswer.of(distribution),
                original(found).orElse(null),
                page.items(),
                page.next());
    }

    private static Optional<OriginalAnswer> original(Assignment found) {
        int hosts = found.sharding().current().total();
        if (hosts == 0 || hosts > MAX_ORIGINAL) {
            return Optional.empty();
        }
        int distinct = (int) IntStream.range(0, ORIGINAL_SAMPLE)
                .mapToObj(i -> new TreeSet<>(
                        OriginalShards.of("sample-" + i, hosts, found.policy().size())))
                .distinct()
                .count();
        return Optional.of(new OriginalAnswer(ShardReports.NOT_SHUFFLE_SHARDING, distinct, ORIGINAL_SAMPLE));
    }

    private Assignment found(String name) {
        return assignments.of(ShardWriter.key(name).name()).orElseThrow(() -> ShardWriter.noSuchPolicy(name));
    }

    /**
     * What would be different.
     *
     * @param policy a merge patch of the policy
     */
    record Wanted(@Nullable JsonNode policy, @Nullable HostChanges hosts) {}

    /**
     * Endpoints that come and go.
     *
     * @param add ids, or objects with id, weight and zone
     * @param remove ids
     */
    record HostChanges(
            @Nullable List<@Nullable JsonNode> add,
            @Nullable List<@Nullable String> remove) {}

    /** An endpoint that is not there yet. */
    record NewHost(
            @Nullable String id,
            @Nullable Integer weight,
            @Nullable String zone) {}
}
