package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

    /** The vectors of RFC 5952, sections 1, 2 and 4, and what they leave open. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8::0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:0:1::1, 2001:db8::1:0:0:1",
        "2001:db8:0000:0:1::1, 2001:db8::1:0:0:1",
        "2001:DB8:0:0:1::1, 2001:db8::1:0:0:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:eeee:0001, 2001:db8:aaaa:bbbb:cccc:dddd:eeee:1",
        "2001:db8:aaaa:bbbb:cccc:dddd:0:1, 2001:db8:aaaa:bbbb:cccc:dddd:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:0, 2001:db8:0:0:1::",
        "2001:db8::, 2001:db8::",
        "0:0:0:0:0:0:0:1, ::1",
        "fe80:0:0:0:0:0:0:1, fe80::1",
        "1:0:0:2:0:0:3:0, 1::2:0:0:3:0",
        "64:ff9b::10.0.0.1, 64:ff9b::a00:1"
    })
    void ipv6HasOneForm(String text, String canonical) {
        assertThat(new IpAddress(text).value()).isEqualTo(canonical);
        assertThat(new IpAddress(text).isIpv6()).isTrue();
        assertThat(new IpAddress(canonical)).isEqualTo(new IpAddress(text));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "255.255.255.254, 255.255.255.254",
        "::ffff:10.0.0.1, 10.0.0.1",
        "::ffff:a00:1, 10.0.0.1"
    })
    void ipv4IsDottedDecimalHoweverItCame(String text, String canonical) {
        assertThat(new IpAddress(text).value()).isEqualTo(canonical);
        assertThat(new IpAddress(text).isIpv6()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "10.0.0",
                "10.0.0.1.1",
                "10.0.0.256",
                "10.0.0.999",
                "010.0.0.1",
                "10.0.0.01",
                "0x0a.0.0.1",
                "167772161",
                "10.0.0.1 ",
                "10.0.0.-1",
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "12345::1",
                "::g",
                "[::1]",
                "fe80::1%eth0",
                "::10.0.0.256",
                "١٠.0.0.1"
            })
    void whatIsNoAddressIsRefused(String text) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new IpAddress(text))
                .satisfies(thrown -> assertThat(thrown.field()).isEqualTo("address"))
                .withMessageContaining("IPv4 or IPv6");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "::ffff:0.0.0.0", "224.0.0.1", "239.255.255.255", "ff02::1"})
    void whatCannotBeConnectedToIsRefused(String text) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new IpAddress(text))
                .withMessageContaining("connected to");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "upstream.example.com", "upstream.example.com.", "my_service", "a1", "1.2.3.example"
            })
    void aHostNameIsRefusedWithWhatWillTakeIt(String text) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> new IpAddress(text))
                .withMessageContaining("DNS discovery");
    }
}
