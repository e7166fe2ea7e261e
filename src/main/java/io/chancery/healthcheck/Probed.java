package io.chancery.healthcheck;

import io.chancery.model.Verdict;
import io.chancery.registry.EndpointHealth;
import io.chancery.registry.EndpointKey;
import io.chancery.registry.RegisteredEndpoint;
import io.chancery.registry.VerdictReport;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of a service that is probed. Touched by the agenda's thread only, but for {@link #status()} and {@link
 * #judgement()}, which any thread may read.
 */
final class Probed {

    private final EndpointKey key;
    private ProbeTarget target;
    private ServiceProbe service;

    /** What the registry holds of it, or will hold once all reports that are under way are written. */
    private VerdictReport told;

    private Agenda.@Nullable Entry next;
    private Progress progress = Progress.IDLE;

    private volatile Judgement judgement;
    private volatile ProbeStatus status = ProbeStatus.NEW;

    private enum Progress {
        IDLE,
        /** It waits at the gate, or is beyond it. */
        ASKED,
        GONE
    }

    Probed(EndpointKey key, RegisteredEndpoint registered, ServiceProbe service, Judgement judgement) {
        this.key = key;
        this.target = ProbeTarget.of(registered.endpoint());
        this.service = service;
        this.told = report(key, registered.health());
        this.judgement = judgement;
    }

    static VerdictReport report(EndpointKey key, EndpointHealth health) {
        return new VerdictReport(key.service(), key.id(), health.verdict(), health.reason(), health.flapping());
    }

    /** What is said of an endpoint of which nothing is known. */
    static VerdictReport nothing(EndpointKey key, String reason) {
        return new VerdictReport(key.service(), key.id(), Verdict.UNKNOWN, reason, false);
    }

    /** Whether nothing is known of an endpoint. */
    static boolean isNothing(EndpointHealth health) {
        return health.verdict() == Verdict.UNKNOWN && health.reason().isEmpty() && !health.flapping();
    }

    EndpointKey key() {
        return key;
    }

    ProbeTarget target() {
        return target;
    }

    ServiceProbe service() {
        return service;
    }

    Judgement judgement() {
        return judgement;
    }

    ProbeStatus status() {
        return status;
    }

    VerdictReport told() {
        return told;
    }

    void setTold(VerdictReport report) {
        told = report;
    }

    /** Whether the registry holds another verdict than it was told. */
    boolean isContradictedBy(EndpointHealth health) {
        return health.verdict() != told.verdict() || health.flapping() != told.flapping();
    }

    /** Is probed elsewhere, or otherwise, from now on. */
    void change(ProbeTarget newTarget, ServiceProbe newService) {
        target = newTarget;
        service = newService;
    }

    /** Begins anew with what the registry holds. */
    void begin(RegisteredEndpoint registered, Judgement from) {
        told = report(key, registered.health());
        judgement = from;
        status = ProbeStatus.NEW;
    }

    /** Is not probed as long as this reason holds. */
    void withhold(String reason) {
        cancel();
        judgement = Judgement.INITIAL;
        status = new ProbeStatus(Optional.empty(), Optional.of(reason));
    }

    void judge(Judgement after, ProbeStatus.LastProbe last) {
        judgement = after;
        status = new ProbeStatus(Optional.of(last), Optional.empty());
    }

    boolean isWithheld() {
        return status.withheld().isPresent();
    }

    /** Is not withheld any longer. */
    void release() {
        status = ProbeStatus.NEW;
    }

    /** Whether it may be asked by this service's prober at this target still. */
    boolean isAskedBy(ServiceProbe.Ready asking, ProbeTarget at) {
        return !isGone() && !isWithheld() && service.equals(asking) && target.equals(at);
    }

    boolean isAsked() {
        return progress == Progress.ASKED;
    }

    void asked() {
        next = null;
        progress = Progress.ASKED;
    }

    void answered() {
        if (progress == Progress.ASKED) {
            progress = Progress.IDLE;
        }
    }

    boolean isGone() {
        return progress == Progress.GONE;
    }

    void leave() {
        cancel();
        progress = Progress.GONE;
    }

    /** Takes the place of whatever was to be done with it next. */
    void plan(Agenda.Entry entry) {
        cancel();
        next = entry;
    }

    void cancel() {
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
