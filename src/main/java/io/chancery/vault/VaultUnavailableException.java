package io.chancery.vault;

/** The key set for secrets at rest cannot be used; nothing is served then. */
public final class VaultUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String remedy;

    /** Made without a cause, whose words could have a part of the key set. */
    VaultUnavailableException(String problem, String remedy) {
        super(problem + " " + remedy);
        this.problem = problem;
        this.remedy = remedy;
    }

    String problem() {
        return problem;
    }

    String remedy() {
        return remedy;
    }
}
