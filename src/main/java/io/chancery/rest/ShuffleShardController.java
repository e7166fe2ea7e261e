package io.chancery.rest;

import io.chancery.assignment.Assignment;
import io.chancery.assignment.Assignments;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.ManifestView;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.rest.DryRunAnswers.DryRunAnswer;
import io.chancery.rest.ManifestWriter.ApplyAnswer;
import io.chancery.rest.ShardAnswers.CustomerAnswer;
import io.chancery.rest.ShardAnswers.CustomerPage;
import io.chancery.rest.ShardAnswers.KnownCustomer;
import io.chancery.rest.ShardAnswers.PolicyAnswer;
import io.chancery.rest.ShardAnswers.PolicyPage;
import io.chancery.rest.ShardAnswers.PolicySummary;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The policies by which customers get their shards, and what holds for single customers. */
@RestController
@RequestMapping(path = ShuffleShardController.PATH, produces = MediaType.APPLICATION_JSON_VALUE)
class ShuffleShardController {

    static final String PATH = "/v1/shuffle-shards";

    private static final String POLICY_SCHEMA = "#/components/schemas/ShuffleShard";
    private static final String CUSTOMER_SCHEMA = "#/components/schemas/Customer";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String SPEC = "spec";
    private static final String CUSTOMERS = "customers";
    private static final int MAX_ID = 1_024;

    private final ManifestRegistry registry;
    private final Assignments assignments;
    private final ShardWriter writer;

    ShuffleShardController(ManifestRegistry registry, Assignments assignments, ShardWriter writer) {
        this.registry = registry;
        this.assignments = assignments;
        this.writer = writer;
    }

    @GetMapping
    @Answers(
            statuses = {200, 304},
            problems = Problem.INVALID_VALUE)
    ResponseEntity<PolicyPage> list(
            @RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String after) {
        ManifestView view = registry.view();
        NavigableMap<String, DeclaredManifest> policies = new TreeMap<>();
        view.ofKind(ManifestKind.SHUFFLE_SHARD)
                .values()
                .forEach(one -> policies.put(one.manifest().key().name(), one));
        Page<PolicySummary> page = Page.of(policies, after, limit, PolicySummary::of);
        return ResponseEntity.ok()
                .eTag(ETags.of(view.revision()))
                .body(new PolicyPage(view.revision().value(), page.items(), page.next()));
    }

    /** Shows a policy, and what it comes to; that changes with the endpoints, so the answer is never "not modified". */
    @GetMapping("/{name}")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    PolicyAnswer get(@PathVariable String name, HttpServletResponse response) {
        Assignment found = found(name, response);
        return PolicyAnswer.of(found);
    }

    /** Declares a policy or replaces it as a whole; repeating the call is harmless. */
    @PutMapping(path = "/{name}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            statuses = {200, 201},
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY})
    ResponseEntity<ChangeAnswer> put(
            @PathVariable String name,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(ref = POLICY_SCHEMA)))
                    @RequestBody
                    JsonNode body) {
        ObjectNode spec = object(body, "{\"customer\": {\"header\": \"x-customer-id\"}}");
        return rendered(writer.edit(ShardWriter.key(name), wish, SPEC, current -> {
            ObjectNode document = document(current);
            document.set(SPEC, spec);
            return document;
        }));
    }

    /** Changes what is named of a policy, as RFC 7396 has it; {@code null} takes a field back to what counts without it. */
    @PatchMapping(
            path = "/{name}",
            consumes = {EndpointController.MERGE_PATCH, MediaType.APPLICATION_JSON_VALUE})
    @Answers(
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = Problem.UNKNOWN_MANIFEST)
    ResponseEntity<ChangeAnswer> patch(
            @PathVariable String name,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(ref = POLICY_SCHEMA)))
                    @RequestBody
                    JsonNode patch) {
        ObjectNode changes = object(patch, "{\"size\": 3}");
        return rendered(
                writer.edit(ShardWriter.key(name), wish, SPEC, current -> patched(documentOf(name, current), changes)));
    }

    @DeleteMapping("/{name}")
    @Answers(sets = ProblemSet.MANIFEST_CHANGE, problems = Problem.UNKNOWN_MANIFEST)
    ChangeAnswer delete(@PathVariable String name, @Parameter(hidden = true) ChangeWish wish) {
        return writer.delete(ShardWriter.key(name), wish);
    }

    /** Lists the customers for whom something of their own holds. */
    @GetMapping("/{name}/customers")
    @Answers(
            statuses = {200, 304},
            problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    ResponseEntity<CustomerPage> customers(
            @PathVariable String name,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String after) {
        DeclaredManifest declared =
                registry.view().manifest(ShardWriter.key(name)).orElseThrow(() -> ShardWriter.noSuchPolicy(name));
        ShuffleShard policy = (ShuffleShard) declared.manifest().spec();
        NavigableMap<String, KnownCustomer> known = new TreeMap<>();
        ShardAnswers.spec(declared)
                .path(CUSTOMERS)
                .properties()
                .forEach(one -> known.put(
                        one.getKey(), new KnownCustomer(one.getKey(), policy.sizeOf(one.getKey()), one.getValue())));
        Page<KnownCustomer> page = Page.of(known, after, limit, one -> one);
        return ResponseEntity.ok()
                .eTag(ETags.of(declared.revision()))
                .body(new CustomerPage(declared.revision().value(), page.items(), page.next()));
    }

    /** Shows which endpoints serve a customer now, and why; any id is a customer's. */
    @GetMapping("/{name}/customers/{id}")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_MANIFEST})
    CustomerAnswer customer(@PathVariable String name, @PathVariable String id, HttpServletResponse response) {
        checkCustomer("id", id);
        return CustomerAnswer.of(found(name, response), id);
    }

    /** Says what holds for one customer; repeating the call is harmless. */
    @PutMapping(path = "/{name}/customers/{id}", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            sets = {ProblemSet.MANIFEST_CHANGE, ProblemSet.BODY},
            problems = Problem.UNKNOWN_MANIFEST)
    ResponseEntity<ChangeAnswer> putCustomer(
            @PathVariable String name,
            @PathVariable String id,
            @Parameter(hidden = true) ChangeWish wish,
            @io.swagger.v3.oas.annotations.parameters.RequestBody(
                            content = @Content(schema = @Schema(ref = CUSTOMER_SCHEMA)))
                    @RequestBody
                    JsonNode body) {
        checkCustomer("id", id);
        ObjectNode override = object(body, "{\"size\": 3}");
        return rendered(writer.edit(ShardWriter.key(name), wish, placeOf(id), current -> {
            ObjectNode document = documentOf(name, current);
            ObjectNode spec = (ObjectNode) document.get(SPEC);
            ObjectNode customers = spec.get(CUSTOMERS) instanceof ObjectNode known ? known : spec.putObject(CUSTOMERS);
            customers.set(id, override);
            return document;
        }));
    }

    /** Takes back what holds for one customer, who is then served like others. */
    @DeleteMapping("/{name}/customers/{id}")
    @Answers(
            sets = ProblemSet.MANIFEST_CHANGE,
            problems = {Problem.UNKNOWN_MANIFEST, Problem.UNKNOWN_CUSTOMER})
    ResponseEntity<ChangeAnswer> deleteCustomer(
            @PathVariable String name, @PathVariable String id, @Parameter(hidden = true) ChangeWish wish) {
        checkCustomer("id", id);
        return rendered(writer.edit(ShardWriter.key(name), wish, placeOf(id), current -> {
            ObjectNode document = documentOf(name, current);
            if (!(document.get(SPEC).get(CUSTOMERS) instanceof ObjectNode known) || known.remove(id) == null) {
                throw Problem.UNKNOWN_CUSTOMER.toException(
                        "The policy says nothing of this customer, who is served like others");
            }
            return document;
        }));
    }

    /** Refuses what no request could have for its customer. */
    static void checkCustomer(String field, String id) {
        if (id.isEmpty()
                || id.getBytes(StandardCharsets.UTF_8).length > MAX_ID
                || id.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidValueException(
                    field, "must have 1 to " + MAX_ID + " printable characters, with escapes like %2F in a path");
        }
    }

    /** A policy's document with what a merge patch asks for. */
    static ObjectNode patched(ObjectNode document, ObjectNode changes) {
        MergePatch.merge((ObjectNode) document.get(SPEC), changes);
        return document;
    }

    static ObjectNode object(JsonNode body, String example) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidValueException("body", "must be a JSON object, for example " + example);
    }

    private static String placeOf(String id) {
        return SPEC + '.' + CUSTOMERS + '.' + id;
    }

    private static ObjectNode document(Optional<DeclaredManifest> current) {
        return current.map(declared -> Documents.redacted(declared.manifest())).orElseGet(JSON::createObjectNode);
    }

    private static ObjectNode documentOf(String name, Optional<DeclaredManifest> current) {
        return document(Optional.of(current.orElseThrow(() -> ShardWriter.noSuchPolicy(name))));
    }

    private Assignment found(String name, HttpServletResponse response) {
        ManifestKey key = ShardWriter.key(name);
        Assignment found = assignments.of(key.name()).orElseThrow(() -> ShardWriter.noSuchPolicy(name));
        response.setHeader(HttpHeaders.ETAG, ETags.of(found.declared().revision()));
        return found;
    }

    static ResponseEntity<ChangeAnswer> rendered(ChangeAnswer answer) {
        return switch (answer) {
            case ApplyAnswer applied ->
                ResponseEntity.status(applied.created().isEmpty() ? HttpStatus.OK : HttpStatus.CREATED)
                        .eTag(ETags.of(new Revision(applied.revision())))
                        .body(applied);
            case DryRunAnswer dryRun -> ResponseEntity.ok(dryRun);
        };
    }
}
