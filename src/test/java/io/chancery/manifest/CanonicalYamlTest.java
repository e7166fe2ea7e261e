package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class CanonicalYamlTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    @Test
    void keysAreSortedWithTheirNamesFirst() {
        assertThat(
                        yaml(
                                "{\"b\": 1, \"spec\": {\"z\": [{\"y\": 1, \"name\": \"n\"}], \"@type\": \"t\"}, \"name\": \"a\"}"))
                .isEqualTo("""
                        name: a
                        b: 1
                        spec:
                          '@type': t
                          z:
                            - name: n
                              y: 1
                        """);
    }

    @Test
    void theOrderOfKeysDoesNotCountAndThatOfListsDoes() {
        assertThat(yaml("{\"a\": {\"x\": 1, \"y\": 2}}")).isEqualTo(yaml("{\"a\": {\"y\": 2, \"x\": 1}}"));
        assertThat(yaml("[1, 2]")).isNotEqualTo(yaml("[2, 1]"));
    }

    @Test
    void aTextOfSeveralLinesIsWrittenOnSeveral() {
        assertThat(yaml("{\"code\": \"function f()\\nend\\n\"}")).isEqualTo("code: |\n  function f()\n  end\n");
    }

    private static String yaml(String json) {
        return CanonicalYaml.of(JSON.readTree(json));
    }
}
