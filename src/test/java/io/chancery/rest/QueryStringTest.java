package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.chancery.model.InvalidValueException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryStringTest {

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            nullValues = "NONE",
            value = {
                "endpoint=a             | a",
                "x=1&endpoint=a         | a",
                "endpoint=a&endpoint=b  | a",
                "endpoint=              | ''",
                "endpoint               | ''",
                "endpoint&x=1           | ''",
                "endpoints=a            | NONE",
                "xendpoint=a            | NONE",
                "''                     | NONE",
                "&&&                    | NONE",
                "&endpoint=a&           | a",
                "endpoint=a=b           | a=b",
                "endpoint=a+b           | a b",
                "endpoint=%5B::1%5D:80  | [::1]:80"
            })
    void theFirstParameterOfTheNameCounts(String query, @Nullable String value) {
        assertThat(QueryString.first(query, "endpoint")).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%z", "%zz", "a%1"})
    void aBrokenEscapeIsRefused(String raw) {
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> QueryString.first("endpoint=" + raw, "endpoint"))
                .satisfies(thrown -> assertThat(thrown.field()).isEqualTo("endpoint"));
    }

    @Test
    void escapesOfOtherParametersAreNotLookedAt() {
        assertThat(QueryString.first("x=%zz&endpoint=a", "endpoint")).isEqualTo("a");
    }
}
