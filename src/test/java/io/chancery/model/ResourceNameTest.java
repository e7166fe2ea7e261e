package io.chancery.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceNameTest {

    @ParameterizedTest
    @CsvSource({
        "orders, orders",
        "a?b=2&a=1, a?b=2&a=1",
        "xdstp://chancery/t/x, xdstp://chancery/t/x",
        "xdstp://chancery/t/x?b=2, xdstp://chancery/t/x?b=2",
        "xdstp://chancery/t/x?b=2&a=1, xdstp://chancery/t/x?a=1&b=2",
        "xdstp://chancery/t/x?a=1&b=2, xdstp://chancery/t/x?a=1&b=2",
        "xdstp://chancery/t/*?b=%26&a=%3F, xdstp://chancery/t/*?a=%3F&b=%26",
        "xdstp:///t/x?c=3&a=1&b=2#entry=e, xdstp:///t/x?a=1&b=2&c=3#entry=e",
        "xdstp:///t/x#a?d&c, xdstp:///t/x#a?d&c"
    })
    void contextParametersAreSortedAndNothingElseChanges(String name, String canonical) {
        assertThat(ResourceName.canonical(name)).isEqualTo(canonical);
        assertThat(ResourceName.canonical(canonical)).isEqualTo(canonical);
    }
}
