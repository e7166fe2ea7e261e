package io.chancery.snapshot.compile;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.config.route.v3.Route;
import java.util.Collections;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RewriteTest {

    @ParameterizedTest(name = "{0} sends {1} as {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            { prefix: /rabbitmq, rewrite: / }            | /rabbitmq         | /
            { prefix: /rabbitmq, rewrite: / }            | /rabbitmq/        | /
            { prefix: /rabbitmq, rewrite: / }            | /rabbitmq/publish | /publish
            { prefix: /foo, rewrite: /get }              | /foo              | /get
            { prefix: /foo, rewrite: /get }              | /foo/             | /get/
            { prefix: /foo, rewrite: /get }              | /foo/bar          | /get/bar
            { prefix: /foo, rewrite: /get/ }             | /foo              | /get/
            { prefix: /foo, rewrite: /get/ }             | /foo/bar          | /get/bar
            { prefix: /foo/, rewrite: /get }             | /foo/bar          | /get/bar
            { prefix: /foo/, rewrite: / }                | /foo/bar          | /bar
            { rewrite: /get }                            | /bar              | /get/bar
            { prefix: /, rewrite: / }                    | /bar              | /bar
            { path: /foo, rewrite: / }                   | /foo              | /
            { path: /foo, rewrite: /get/ }               | /foo              | /get/
            { prefix: /foo, prefixMatch: text, rewrite: /get } | /foobar     | /getbar
            { prefix: /foo, prefixMatch: text, rewrite: / }    | /foobar     | /bar
            { prefix: /foo, prefixMatch: text, rewrite: / }    | /foo/bar    | /bar
            { prefix: /foo/, prefixMatch: text, rewrite: /v2- } | /foo/bar   | /v2-bar
            { prefix: /a.b+c, rewrite: / }               | /a.b+c/d          | /d
            """)
    void aRewriteTakesThePlaceOfThePrefix(String route, String path, String expected) {
        assertThat(EnvoyRouting.rewritten(compiled(route), path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/rabbitmqx", "/a", "/"})
    void aPrefixIsMatchedInWholeSegments(String path) {
        Route route = compiled("{ prefix: /rabbitmq, rewrite: / }");

        assertThat(EnvoyRouting.matches(
                        route.getMatch(),
                        new EnvoyRouting.Request("GET", path, Collections.emptyMap(), Collections.emptyMap())))
                .isFalse();
    }

    @Test
    void noRewriteOfRandomPathsDoublesOrLosesASlash() {
        long seed = 20_260_401L;
        Random random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            String prefix = random.nextInt(10) == 0 ? "/" : segments(random, 3) + (random.nextBoolean() ? "/" : "");
            String replacement = random.nextInt(5) == 0 ? "/" : segments(random, 2) + (random.nextBoolean() ? "/" : "");
            String rest = random.nextInt(4) == 0 ? "" : segments(random, 3);
            String base = prefix.replaceFirst("/$", "");
            String path = base + rest;
            if (!path.startsWith(prefix)) {
                continue;
            }
            Route route = compiled("{ prefix: \"" + prefix + "\", rewrite: \"" + replacement + "\" }");

            String actual = EnvoyRouting.rewritten(route, path);

            String expected = replacement.replaceFirst("/$", "") + rest;
            assertThat(actual.replaceFirst("(?<=.)/$", ""))
                    .as("seed=%s %s -> %s of %s", seed, prefix, replacement, path)
                    .isEqualTo(expected.isEmpty() ? "/" : expected);
            assertThat(actual).startsWith("/").doesNotContain("//");
        }
    }

    private static String segments(Random random, int most) {
        StringBuilder path = new StringBuilder();
        int count = 1 + random.nextInt(most);
        for (int i = 0; i < count; i++) {
            path.append('/');
            for (int c = 0; c <= random.nextInt(3); c++) {
                path.append("ab.+$()*[]^|".charAt(c == 0 ? 0 : random.nextInt(12)));
            }
        }
        return path.toString();
    }

    private static Route compiled(String route) {
        return RouteCompiler.compile("edge", TestingRoutes.of(route), Surroundings.NONE);
    }
}
