package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPortTest {

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource({
        "127.0.0.1:8081, 127.0.0.1:8081",
        "10.0.0.1:1, 10.0.0.1:1",
        "10.0.0.1:65535, 10.0.0.1:65535",
        "[::1]:8081, [::1]:8081",
        "[0:0:0:0:0:0:0:1]:80, [::1]:80",
        "[::ffff:10.0.0.1]:80, 10.0.0.1:80"
    })
    void isParsedAndWrittenInOneForm(String text, String canonical) {
        assertThat(HostPort.parse(text)).hasToString(canonical);
        assertThat(HostPort.parse(canonical)).isEqualTo(HostPort.parse(text));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "''              | endpoint | must be IP:PORT",
                "foo             | endpoint | must be IP:PORT",
                "1.2.3.4         | endpoint | must be IP:PORT",
                "0x1F91          | endpoint | must be IP:PORT",
                "[::1            | endpoint | must be IP:PORT",
                "[::1]           | endpoint | must be IP:PORT",
                "::1             | endpoint | has no address",
                "1::1            | endpoint | decimal port",
                ":80             | endpoint | has no address",
                "[]:80           | endpoint | has no address",
                "1.2.3.4:        | endpoint | decimal port",
                "1.2.3.4:http    | endpoint | decimal port",
                "1.2.3.4:0       | endpoint | decimal port",
                "1.2.3.4:080     | endpoint | decimal port",
                "1.2.3.4:0x50    | endpoint | decimal port",
                "1.2.3.4:-1      | endpoint | decimal port",
                "1.2.3.4:80/x    | endpoint | decimal port",
                "1.2.3.4:123456  | endpoint | decimal port",
                "1.2.3.4:1:80    | endpoint | decimal port",
                "1.2.3.4:65536   | port     | 1..65535",
                "1.2.3.4:70000   | port     | 1..65535",
                "' 1.2.3.4:80'   | address  | IPv4 or IPv6",
                "a.example:80    | address  | DNS discovery",
                "[1.2.3.4]:80    | endpoint | in brackets",
                "[a.example]:80  | endpoint | in brackets"
            })
    void whatIsNoEndpointIsRefusedWithWhatWouldBeRight(String text, String field, String reason) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> HostPort.parse(text))
                .satisfies(thrown -> assertThat(thrown.field()).isEqualTo(field))
                .satisfies(thrown -> assertThat(thrown.reason()).contains(reason));
    }

    @Test
    void aLongTextIsRefusedWithoutRepeatingIt() {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> HostPort.parse("1".repeat(10_000) + ":80"))
                .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(200));
    }
}
