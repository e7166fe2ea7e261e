package io.chancery.store;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The store cannot do what was asked of it now, for a reason outside this program; nothing was changed. */
public final class StoreUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String problem;
    private final @Nullable String remedy;

    /** Makes one with a message for people: what is wrong and what would mend it. */
    public StoreUnavailableException(String message) {
        this(message, null, null);
    }

    public StoreUnavailableException(String message, Throwable cause) {
        this(message, null, cause);
    }

    /**
     * Makes one that tells what is wrong from what would mend it.
     *
     * @param problem a whole sentence
     * @param remedy a whole sentence, or null if none is known
     */
    public StoreUnavailableException(String problem, @Nullable String remedy, @Nullable Throwable cause) {
        super(remedy == null ? problem : problem + " " + remedy, cause);
        this.problem = problem;
        this.remedy = remedy;
    }

    /** What is wrong, for people. */
    public String problem() {
        return problem;
    }

    /** What would mend it, for people. */
    public Optional<String> remedy() {
        return Optional.ofNullable(remedy);
    }
}
