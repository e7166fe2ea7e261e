package io.chancery.healthcheck;

import java.util.Optional;

/**
 * What a prober has of Secrets.
 *
 * @param tls over which it asks; empty for none
 * @param password that it says first; empty for none
 */
record ProbeSecrets(Optional<ClientTls> tls, Optional<String> password) {

    static final ProbeSecrets NONE = new ProbeSecrets(Optional.empty(), Optional.empty());

    @Override
    public String toString() {
        return "ProbeSecrets";
    }
}
