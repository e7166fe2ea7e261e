package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class YamlDocumentsTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void documentsAreReadInTheirOrderAndEmptyOnesLeftOut() {
        YamlResult.Read read = assertInstanceOf(YamlResult.Read.class, YamlDocuments.read("""
            # only a comment
            ---
            kind: Resource
            name: a
            ---
            ---
            - 1
            - two
            ...
            """));

        assertThat(read.documents())
                .containsExactly(
                        new YamlDocument(3, JSON.readTree("{\"kind\": \"Resource\", \"name\": \"a\"}")),
                        new YamlDocument(7, JSON.readTree("[1, \"two\"]")));
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            nullValues = "nothing",
            value = {
                "null | null",
                "~ | null",
                "true | true",
                "False | false",
                "yes | \"yes\"",
                "no | \"no\"",
                "on | \"on\"",
                "5 | 5",
                "-17 | -17",
                "5000000000 | 5000000000",
                "99999999999999999999 | 99999999999999999999",
                "2.5 | 2.5",
                "1e3 | 1000.0",
                "0644 | \"0644\"",
                "0x1F | \"0x1F\"",
                "1_000 | \"1_000\"",
                "12:30:00 | \"12:30:00\"",
                "2026-01-01 | \"2026-01-01\"",
                "1.40.0 | \"1.40.0\"",
                "'\"5\"' | \"5\"",
                "!!str 5 | \"5\"",
                "!!float 5 | 5.0",
                "10.0.0.1:8080 | \"10.0.0.1:8080\""
            })
    void aPlainScalarIsWhatItLooksLikeToJson(String yaml, String json) {
        assertThat(only("v: " + yaml).get("v")).isEqualTo(JSON.readTree(json));
    }

    @Test
    void jsonIsYaml() {
        String json = "{\"a\": [1, {\"b\": null}], \"c\": \"x\\ny\", \"d\": {}}";

        assertThat(only(json)).isEqualTo(JSON.readTree(json));
    }

    @Test
    void aliasesAndMergeKeysAreFollowed() {
        assertThat(only("""
                base: &base {retries: 2, timeout: 1s}
                one: {<<: *base, timeout: 3s}
                two: {<<: [{retries: 5}, *base]}
                same: *base
                """)).isEqualTo(JSON.readTree("""
                        {"base": {"retries": 2, "timeout": "1s"},
                         "one": {"timeout": "3s", "retries": 2},
                         "two": {"retries": 5, "timeout": "1s"},
                         "same": {"retries": 2, "timeout": "1s"}}"""));
    }

    @Test
    void aliasesThatMakeTooMuchOfItAreRefused() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1));
        }

        assertThat(malformed(bomb.toString()).reason()).contains("aliases");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: &a [*a]", "a: &a {b: *a}", "a: &a {<<: *a}"})
    void whatHoldsItselfIsRefused(String yaml) {
        assertThat(malformed(yaml).reason()).contains("nest");
    }

    @Test
    void whatNestsTooDeepIsRefused() {
        assertThat(malformed("[".repeat(5_000) + "]".repeat(5_000)).reason()).contains("nest");
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'a: 1\nb: 2\na: 3' | 3 | 1 | must not have a key twice",
                "'a: {b: 1, \"b\": 2}' | 1 | 11 | must not have a key twice",
                "'a:\n\t- b' | 2 | 1 | tab",
                "'a: b: c' | 1 | 5 | colon",
                "'a: *nobody' | 1 | 4 | anchor",
                "'a: @b' | 1 | 4 | quoted",
                "'a: \"b' | 1 | 6 | not closed",
                "'a: \"\\q\"' | 1 | 6 | backslash",
                "'a: !!java.lang.String x' | 1 | 4 | tag",
                "'a: !secret x' | 1 | 4 | tag",
                "'a: !!bool yes' | 1 | 4 | tag",
                "'a: !!map x' | 1 | 4 | tag",
                "'? [1, 2]\n: 3' | 1 | 3 | string",
                "'a: [1, 2' | 1 | 9 | comma",
                "'a:\n  - 1\n - 2' | 3 | 2 | indented",
                "'a: \u0001' | 1 | 4 | character"
            })
    void aFaultHasItsPlaceAndSaysWhatWouldBeRight(String yaml, int line, int column, String reason) {
        YamlResult.Malformed malformed = malformed(yaml);

        assertThat(malformed.reason()).contains(reason);
        assertThat(List.of(malformed.line(), malformed.column())).isEqualTo(List.of(line, column));
        assertThat(malformed.sentence()).startsWith("line " + line + ", column " + column + ": ");
    }

    /** It may be a secret. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "key: *hunter2",
                "key: @hunter2",
                "key: \"hunter2",
                "key: \"hunter2\\q\"",
                "hunter2: 1\nhunter2: 2",
                "key: !hunter2 x",
                "key: [hunter2",
                "hunter2\nkey: x",
                "key: hunter2: x",
                "{hunter2"
            })
    void aFaultNeverShowsWhatWasFound(String yaml) {
        assertThat(malformed(yaml).sentence()).doesNotContain("hunter2");
    }

    @Test
    void aNumberOfUnreasonableLengthIsRefused() {
        assertThat(malformed("a: " + "9".repeat(1_000_000)).reason()).contains("digits");
    }

    @Test
    void aByteOrderMarkIsPassedOver() {
        assertThat(only("\uFEFFa: 1")).isEqualTo(JSON.readTree("{\"a\": 1}"));
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        JsonNode json = JSON.readTree("""
                {"name": "x", "list": [{"a": 1, "b": [true, null]}, "no", "5", "0644", "1.5", ""], "none": {},
                 "text": "two\\nlines", "number": 2.5, "colon": "a: b", "star": "*", "date": "2026-01-01"}""");

        String yaml = YamlDocuments.write(json);

        assertThat(only(yaml)).isEqualTo(json);
        assertThat(yaml).startsWith("name: x\nlist:\n  - a: 1\n    b:\n      - true\n");
    }

    private static JsonNode only(String yaml) {
        YamlResult.Read read = assertInstanceOf(YamlResult.Read.class, YamlDocuments.read(yaml));
        assertThat(read.documents()).hasSize(1);
        return read.documents().getFirst().content();
    }

    private static YamlResult.Malformed malformed(String yaml) {
        return assertInstanceOf(YamlResult.Malformed.class, YamlDocuments.read(yaml));
    }
}
