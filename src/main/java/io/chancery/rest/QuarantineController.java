package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.fleet.Fleet;
import io.chancery.fleet.RefusedVersion;
import io.chancery.model.Revision;
import io.chancery.snapshot.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The versions that nodes refused. */
@RestController
@RequestMapping(path = "/v1/quarantine", produces = MediaType.APPLICATION_JSON_VALUE)
class QuarantineController {

    private final Fleet fleet;

    QuarantineController(Fleet fleet) {
        this.fleet = fleet;
    }

    @GetMapping
    @Answers(problems = Problem.INVALID_VALUE)
    QuarantinePage list(
            @RequestParam(defaultValue = "100") int limit, @RequestParam(required = false) @Nullable String after) {
        Page<RefusedAnswer> page = Page.of(fleet.refusedVersions(), after, limit, RefusedAnswer::of);
        return new QuarantinePage(page.items(), page.next());
    }

    @GetMapping("/{version}")
    @Answers(problems = Problem.UNKNOWN_VERSION)
    RefusedAnswer get(@PathVariable String version) {
        return fleet.refusedVersion(version).map(RefusedAnswer::of).orElseThrow(QuarantineController::noSuchVersion);
    }

    /** Lets a version go out to all nodes; it is not held back again. */
    @DeleteMapping("/{version}")
    @Answers(problems = {Problem.UNKNOWN_VERSION, Problem.STORE_UNAVAILABLE})
    RevisionAnswer release(
            @PathVariable String version,
            @RequestHeader(name = ChangeWishResolver.AUTHOR, required = false) @Nullable String author) {
        Revision revision = fleet.release(version, author == null ? ChangeWishResolver.NOBODY : author)
                .orElseThrow(QuarantineController::noSuchVersion);
        return new RevisionAnswer(revision.value());
    }

    private static ProblemException noSuchVersion() {
        return Problem.UNKNOWN_VERSION.toException(
                "GET /v1/quarantine lists those that are; one leaves when its resource has a new version");
    }

    /**
     * A version that nodes refused.
     *
     * @param type the type's short name
     * @param state {@code held}, {@code reported} or {@code released}
     * @param source the manifest or service behind it
     * @param revision of the change that made it
     * @param author who made that change, where it is known
     * @param instead what goes out in its place; absent where nothing does
     * @param companions what {@code instead} needs, as type and name, where that may no longer exist
     * @param message the words of the first node that refused it
     * @param nodes at most 100 that refused it
     * @param time since when it is in this state
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record RefusedAnswer(
            String version,
            String type,
            String resource,
            String state,
            String source,
            long revision,
            @Nullable String author,
            @Nullable InsteadAnswer instead,
            List<String> companions,
            String message,
            List<String> nodes,
            String time) {

        static RefusedAnswer of(RefusedVersion refused) {
            String author = refused.origin().author();
            return new RefusedAnswer(
                    refused.version(),
                    refused.resource().type().shortName(),
                    refused.resource().name(),
                    NodeController.nameOf(refused.state()),
                    refused.origin().source(),
                    refused.origin().revision().value(),
                    author.isEmpty() ? null : author,
                    refused.state() == RefusedVersion.State.HELD
                            ? refused.replacement()
                                    .good()
                                    .map(InsteadAnswer::of)
                                    .orElse(null)
                            : null,
                    refused.replacement().companions().stream()
                            .map(one -> one.type().shortName() + '/' + one.name())
                            .toList(),
                    refused.refusal().message(),
                    refused.refusal().nodes(),
                    refused.time().toString());
        }
    }

    /** The version that goes out in the place of one that is held back, and the change that made it. */
    record InsteadAnswer(String version, long revision) {

        static InsteadAnswer of(Resource good) {
            return new InsteadAnswer(good.version(), good.origin().revision().value());
        }
    }

    /**
     * A part of the versions that nodes refused.
     *
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record QuarantinePage(
            List<RefusedAnswer> quarantine,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}
}
