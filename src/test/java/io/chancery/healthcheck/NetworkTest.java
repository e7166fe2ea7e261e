package io.chancery.healthcheck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chancery.model.InvalidValueException;
import io.chancery.model.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest(name = "{0} has {1}: {2}")
    @CsvSource({
        "169.254.0.0/16, 169.254.169.254, true",
        "169.254.0.0/16, 169.255.0.1, false",
        "169.254.0.0/16, ::ffff:169.254.169.254, true",
        "169.254.0.0/16, ::ffff:a9fe:a9fe, true",
        "169.254.0.0/16, fe80::a9fe:a9fe, false",
        "10.0.0.128/25, 10.0.0.129, true",
        "10.0.0.128/25, 10.0.0.127, false",
        "10.1.2.3/32, 10.1.2.3, true",
        "10.1.2.3/32, 10.1.2.2, false",
        "0.0.0.0/0, 203.0.113.1, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "::/0, 2001:db8::1, true",
        "::/0, 203.0.113.1, false",
        "::ffff:10.0.0.0/104, 10.255.0.1, true",
        "::ffff:10.0.0.0/104, 11.0.0.1, false",
        "fe80::/10, fe80::1, true",
        "fe80::/10, febf::1, true",
        "fe80::/10, fec0::1, false",
        "fd00:ec2::254/128, fd00:ec2::254, true",
        "fd00:ec2::254/128, fd00:ec2::253, false"
    })
    void anAddressIsInANetworkWhoseBitsItHas(String network, String address, boolean contained) {
        assertThat(Network.parse(network).contains(new IpAddress(address))).isEqualTo(contained);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0.0",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/08",
                "10.0.0/8",
                "host/8",
                "/8",
                "fe80::/129",
                "fe80::1%eth0/10",
                "::ffff:10.0.0.0/95",
                "1.2.3.4.5/8",
                "10.0.0.0/8 ",
                "10.0.0.0/99999"
            })
    void whatIsNoNetworkIsRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.reason()).contains("must"));
    }

    @Test
    void bitsAfterThePrefixAreRefusedWithWhatWouldBeRight() {
        assertThatThrownBy(() -> Network.parse("169.254.169.254/16"))
                .isInstanceOfSatisfying(
                        InvalidValueException.class, e -> assertThat(e.reason()).contains("169.254.0.0/16"));
    }

    @Test
    void whyAnAddressIsDeniedNamesTheSettingAndTheNetwork() {
        DeniedNetworks denied = DeniedNetworks.parse(List.of("fe80::/10", "169.254.0.0/16"));

        assertThat(denied.reason(new IpAddress("169.254.169.254")))
                .contains("probing 169.254.169.254 is denied by chancery.probes.deny (169.254.0.0/16)");
        assertThat(denied.reason(new IpAddress("10.0.0.1"))).isEmpty();
    }
}
