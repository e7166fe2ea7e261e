package io.chancery;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start which setting is misspelt. */
final class UnknownSettingFailureAnalyzer extends AbstractFailureAnalyzer<UnknownSettingException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, UnknownSettingException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Correct the name or take it out; docs/configuration.md lists all settings.",
                cause);
    }
}
