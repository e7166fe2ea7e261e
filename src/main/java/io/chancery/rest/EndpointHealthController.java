package io.chancery.rest;

import io.chancery.model.EndpointId;
import io.chancery.model.InvalidValueException;
import io.chancery.model.ServiceName;
import io.chancery.model.Verdict;
import io.chancery.registry.EndpointKey;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.HealthLedger;
import io.chancery.registry.Liveness;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** An operator's word on the health of an endpoint. */
@RestController
@RequestMapping(path = "/v1/services/{service}/endpoints/{id}/health", produces = MediaType.APPLICATION_JSON_VALUE)
class EndpointHealthController {

    private static final Duration LONGEST = Duration.ofDays(30);

    private final EndpointRegistry registry;
    private final HealthLedger ledger;
    private final Liveness liveness;

    EndpointHealthController(EndpointRegistry registry, HealthLedger ledger, Liveness liveness) {
        this.registry = registry;
        this.ledger = ledger;
        this.liveness = liveness;
    }

    /** Has an endpoint taken for healthy or unhealthy, whatever probes find. */
    @PutMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Answers(
            sets = ProblemSet.BODY,
            problems = {
                Problem.INVALID_VALUE,
                Problem.UNKNOWN_FIELD,
                Problem.UNKNOWN_ENDPOINT,
                Problem.STORE_UNAVAILABLE
            })
    RevisionAnswer force(@PathVariable String service, @PathVariable String id, @RequestBody ForcedHealth body) {
        EndpointKey key = new EndpointKey(new ServiceName(service), new EndpointId(id));
        return answered(key, liveness.force(key, body.toVerdict(), body.toDuration()));
    }

    /** Takes the word back; probes decide again. */
    @DeleteMapping
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_ENDPOINT, Problem.STORE_UNAVAILABLE})
    RevisionAnswer release(@PathVariable String service, @PathVariable String id) {
        EndpointKey key = new EndpointKey(new ServiceName(service), new EndpointId(id));
        return answered(key, ledger.force(key, Optional.empty()));
    }

    /** Who asks for this has it by the revision that is there now at the latest. */
    private RevisionAnswer answered(EndpointKey key, boolean found) {
        if (!found) {
            throw Known.noSuchEndpoint(key.service());
        }
        return new RevisionAnswer(registry.view().revision().value());
    }

    /**
     * What an operator says.
     *
     * @param verdict {@code healthy} or {@code unhealthy}
     * @param length for how long, for example {@code 10m}; absent for until it is taken back
     */
    record ForcedHealth(@Nullable String verdict, @Nullable String length) {

        Verdict toVerdict() {
            return switch (verdict) {
                case "healthy" -> Verdict.HEALTHY;
                case "unhealthy" -> Verdict.UNHEALTHY;
                case null, default -> throw new InvalidValueException("verdict", "must be healthy or unhealthy");
            };
        }

        Optional<Duration> toDuration() {
            Optional<Duration> given = Optional.ofNullable(length).map(text -> Known.duration("length", text));
            if (given.filter(time -> time.isZero() || time.compareTo(LONGEST) > 0)
                    .isPresent()) {
                throw new InvalidValueException("length", "must be more than 0s, and at most 30d");
            }
            return given;
        }
    }
}
