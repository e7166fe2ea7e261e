package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.model.Revision;
import io.chancery.registry.EndpointRegistry;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.DeliveryStatus;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Which nodes have a change. */
@RestController
class RevisionController {

    private final EndpointRegistry registry;
    private final ClientStreams streams;

    RevisionController(EndpointRegistry registry, ClientStreams streams) {
        this.registry = registry;
        this.streams = streams;
    }

    /** Shows how far a change has come. */
    @GetMapping(path = "/v1/revisions/{revision}", produces = MediaType.APPLICATION_JSON_VALUE)
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_REVISION})
    DeliveryAnswer get(@PathVariable long revision) {
        Revision asked = new Revision(revision);
        Revision current = registry.view().revision();
        if (asked.compareTo(current) > 0) {
            throw Problem.UNKNOWN_REVISION.toException("The store is at revision " + current.value());
        }
        return streams.delivery(asked)
                .map(status -> DeliveryAnswer.of(asked, status))
                .orElseGet(() -> DeliveryAnswer.undelivered(asked));
    }

    /**
     * How far a change has come.
     *
     * @param delivered whether an update that carries it is on its way to nodes or has arrived; it is not where no node is
     *     connected, and is no longer known of old ones
     * @param update the revision that the nodes' update is of: all changes up to it went together
     * @param concerned nodes that subscribe to something that the update altered
     * @param acknowledged of these, how many have accepted all of it
     * @param refused how many refused some of it
     * @param refusers at most 100 of those
     * @param waiting how many have yet to answer
     * @param waitingFor at most 100 of those
     * @param complete whether nobody is waited for
     * @param millis from the commit to the last answer, or until now
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record DeliveryAnswer(
            long revision,
            boolean delivered,
            @Nullable Long update,
            int concerned,
            int acknowledged,
            int refused,
            List<String> refusers,
            int waiting,
            List<String> waitingFor,
            boolean complete,
            @Nullable Long millis) {

        static DeliveryAnswer of(Revision asked, DeliveryStatus status) {
            return new DeliveryAnswer(
                    asked.value(),
                    true,
                    status.revision().value(),
                    status.concerned(),
                    status.acknowledged(),
                    status.refused(),
                    status.refusers(),
                    status.waiting(),
                    status.waitingFor(),
                    status.complete(),
                    TimeUnit.NANOSECONDS.toMillis(status.nanos()));
        }

        static DeliveryAnswer undelivered(Revision asked) {
            return new DeliveryAnswer(asked.value(), false, null, 0, 0, 0, List.of(), 0, List.of(), false, null);
        }
    }
}
