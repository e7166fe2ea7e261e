package io.chancery.security;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at start what to do about an address that is not this machine's own. */
final class UnsafeBindingFailureAnalyzer extends AbstractFailureAnalyzer<UnsafeBindingException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable failure, UnsafeBindingException cause) {
        String action = cause.property().equals(LoopbackBinding.INSECURE_BIND)
                ? "Set it to one of the two, or leave it out for false."
                : "Take " + cause.property() + " out, or, where a firewall or a private network protects the port, set "
                        + LoopbackBinding.INSECURE_BIND + "=true as well.";
        return new FailureAnalysis(cause.getMessage() + ".", action, cause);
    }
}
