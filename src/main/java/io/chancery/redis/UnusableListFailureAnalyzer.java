package io.chancery.redis;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start which variable of the environment is wrong. */
final class UnusableListFailureAnalyzer extends AbstractFailureAnalyzer<UnusableListException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, UnusableListException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the variable, or start without the profile redis-demo; docs/operations.md lists all variables.",
                cause);
    }
}
