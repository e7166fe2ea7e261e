package io.chancery.rest;

/** Carries a problem from where it was found to where it is rendered. */
final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    ProblemException(Refusal refusal) {
        // It is an answer, not a fault: nobody reads its stack.
        super(refusal.problem().getDetail(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
