package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class LocalFaultTest {

    @Test
    void whatKeepsThisProcessFromAskingIsNoFaultOfAnEndpoint() {
        assertThat(LocalFault.of(new SocketException("Too many open files")).orElseThrow())
                .contains("chancery.probes.at-once");
        assertThat(LocalFault.of(new BindException("Cannot assign requested address")))
                .isPresent();
    }

    @Test
    void whatAnEndpointDoesIs() {
        assertThat(LocalFault.of(new ConnectException("Connection refused"))).isEmpty();
        assertThat(LocalFault.of(new IOException())).isEmpty();
    }
}
