package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.IpAddress;
import io.chancery.redis.MasterView;
import io.chancery.redis.PastSwitch;
import io.chancery.redis.RedisMasters;
import io.chancery.redis.Role;
import io.chancery.redis.RoleView;
import io.chancery.redis.SentinelView;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The Redis masters: which node each one is, and what the nodes and Sentinels say. */
@RestController
@RequestMapping(path = "/v1/redis", produces = MediaType.APPLICATION_JSON_VALUE)
class RedisController {

    private final RedisMasters masters;

    RedisController(RedisMasters masters) {
        this.masters = masters;
    }

    @GetMapping
    @Answers(problems = Problem.INVALID_VALUE)
    RedisPage list(
            @RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String after) {
        Page<RedisAnswer> page = Page.of(masters.masters(), after, limit, RedisAnswer::of);
        return new RedisPage(page.items(), page.next());
    }

    /** Shows a master. */
    @GetMapping("/{name}")
    @Answers(problems = Problem.UNKNOWN_MANIFEST)
    RedisAnswer get(@PathVariable String name) {
        return masters.master(name)
                .map(RedisAnswer::of)
                .orElseThrow(() -> Problem.UNKNOWN_MANIFEST.toException(
                        "There is no RedisMaster of this name; GET /v1/redis lists them"));
    }

    /**
     * A master.
     *
     * @param name the manifest's
     * @param state sound, split-brain, no-master or undecided
     * @param master the node that is taken for it; absent where there never was one
     * @param masterService the service that it is
     * @param replicasService the service of those that are read from
     * @param lastSwitch how the master became it; absent if there never was one, or that is not known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RedisAnswer(
            String name,
            String state,
            @Nullable String master,
            String masterService,
            String replicasService,
            List<RedisNodeAnswer> nodes,
            List<RedisSentinelAnswer> sentinels,
            @Nullable RedisSwitchAnswer lastSwitch) {

        static RedisAnswer of(MasterView view) {
            return new RedisAnswer(
                    view.name(),
                    NodeController.nameOf(view.election().finding()),
                    view.election().master().map(HostName::toString).orElse(null),
                    view.masterService(),
                    view.replicasService(),
                    view.nodes().stream().map(RedisNodeAnswer::of).toList(),
                    view.sentinels().stream().map(RedisSentinelAnswer::of).toList(),
                    view.lastSwitch().map(RedisSwitchAnswer::of).orElse(null));
        }
    }

    /**
     * A node.
     *
     * @param node as the manifest has it
     * @param role unknown, master, replica, unreachable or authentication-failed
     * @param since when it has that role
     * @param address at which it answered last
     * @param replicas how many follow it; absent unless it says that it is the master
     * @param epoch the newest in which a Sentinel takes it for the master; absent where none does
     * @param reason why it does not answer; absent where it does
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RedisNodeAnswer(
            String node,
            String role,
            String since,
            @Nullable String address,
            @Nullable Integer replicas,
            @Nullable Long epoch,
            @Nullable String reason) {

        static RedisNodeAnswer of(RoleView view) {
            return new RedisNodeAnswer(
                    view.node().toString(),
                    NodeController.nameOf(view.role()),
                    view.since().toString(),
                    view.address().map(IpAddress::toString).orElse(null),
                    view.role() == Role.MASTER ? view.replicas() : null,
                    view.epoch().isPresent() ? view.epoch().getAsLong() : null,
                    view.reason().isEmpty() ? null : view.reason());
        }
    }

    /**
     * A Sentinel.
     *
     * @param master the address that it takes for the master's; absent where it does not answer
     * @param epoch of its configuration
     * @param reason why it does not answer
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RedisSentinelAnswer(
            String sentinel,
            @Nullable String master,
            @Nullable Long epoch,
            @Nullable String reason) {

        static RedisSentinelAnswer of(SentinelView view) {
            return new RedisSentinelAnswer(
                    view.sentinel().toString(),
                    view.named().orElse(null),
                    view.epoch().isPresent() ? view.epoch().getAsLong() : null,
                    view.reason().isEmpty() ? null : view.reason());
        }
    }

    /**
     * A new master.
     *
     * @param from the former; absent for the first
     * @param revision from which on Envoys are told of it; {@code GET /v1/revisions/{revision}} says which have it
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RedisSwitchAnswer(@Nullable String from, String to, String time, long revision) {

        static RedisSwitchAnswer of(PastSwitch change) {
            return new RedisSwitchAnswer(
                    change.from().map(HostName::toString).orElse(null),
                    change.to().toString(),
                    change.at().toString(),
                    change.revision().value());
        }
    }

    /**
     * A part of the masters, by name.
     *
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record RedisPage(
            List<RedisAnswer> masters,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
