package io.chancery.vault;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what is wrong with the key set instead of where in the code that was found. */
final class VaultFailureAnalyzer extends AbstractFailureAnalyzer<VaultUnavailableException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, VaultUnavailableException cause) {
        return new FailureAnalysis(cause.problem(), cause.remedy(), rootFailure);
    }
}
