package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.chancery.manifest.spec.FractionalPercent;
import io.chancery.manifest.spec.FractionalPercent.Denominator;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.registry.Precondition;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RuntimeLayerDocumentTest {

    private static final JsonMapper JSON = new JsonMapper();

    private static DocumentResult read(String spec) {
        JsonNode document = JSON.readTree(
                "{\"kind\": \"RuntimeLayer\", \"name\": \"runtime\", \"spec\": " + spec.replace('\'', '"') + "}");
        return Documents.read(0, document);
    }

    private static Manifest manifest(String spec) {
        Change change = assertInstanceOf(DocumentResult.Read.class, read(spec)).change();
        return assertInstanceOf(Change.Put.class, change).manifest();
    }

    private static RuntimeLayer layer(String spec) {
        return assertInstanceOf(RuntimeLayer.class, manifest(spec).spec());
    }

    private static String written(String spec) {
        return Documents.redacted(manifest(spec)).get("spec").toString().replace('"', '\'');
    }

    @Test
    void aKeyIsTheSameDottedOrNested() {
        RuntimeLayer dotted = layer("{'values': {'a.b.c': 1, 'a.b.d': true, 'e': 'x'}}");

        assertThat(layer("{'values': {'a': {'b': {'c': 1, 'd': true}}, 'e': 'x'}}"))
                .isEqualTo(dotted);
        assertThat(layer("{'values': {'a.b': {'c': 1}, 'a': {'b.d': true}, 'e': 'x'}}"))
                .isEqualTo(dotted);
        assertThat(dotted.values()).isEqualTo(Map.of("a.b.c", 1.0, "a.b.d", true, "e", "x"));
    }

    @ParameterizedTest
    @CsvSource({
        "8, 8",
        "8.0, 8",
        "1e3, 1000",
        "0, 0",
        "-3, -3",
        "12.5, 12.5",
        "0.1, 0.1",
        "9007199254740992, 9007199254740992",
        "-9007199254740992, -9007199254740992",
        "1e300, 1.0E300"
    })
    void aNumberIsShownAsTheNumberThatItIs(String given, String shown) {
        assertThat(written("{'values': {'a': " + given + "}}")).isEqualTo("{'values':{'a':" + shown + "}}");
    }

    @ParameterizedTest
    @CsvSource({
        "12.5%, 1250, TEN_THOUSAND",
        "12.50%, 1250, TEN_THOUSAND",
        "0.01%, 1, TEN_THOUSAND",
        "0.0001%, 1, MILLION",
        "33.333%, 333330, MILLION",
        "5%, 5, HUNDRED",
        "0%, 0, HUNDRED",
        "100%, 100, HUNDRED",
        "100.0%, 10000, TEN_THOUSAND"
    })
    void aPercentageIsAFraction(String text, int numerator, Denominator denominator) {
        assertThat(layer("{'values': {'a': '" + text + "'}}").values())
                .isEqualTo(Map.of("a", new FractionalPercent(numerator, denominator)));
        assertThat(written("{'values': {'a': '" + text + "'}}"))
                .isEqualTo("{'values':{'a':{'numerator':" + numerator + ",'denominator':'" + denominator + "'}}}");
    }

    @Test
    void otherTextStaysWhatItIs() {
        assertThat(layer("{'values': {'a': '8', 'b': 'true', 'c': '%', 'd': 'up to 5%'}}")
                        .values())
                .isEqualTo(Map.of("a", "8", "b", "true", "c", "%", "d", "up to 5%"));
    }

    @Test
    void aFractionIsOfHundredUnlessItSaysOtherwise() {
        assertThat(layer("{'values': {'a': {'numerator': 7}, 'b': {'numerator': 7, 'denominator': 'MILLION'}}}")
                        .values())
                .isEqualTo(Map.of(
                        "a",
                        new FractionalPercent(7, Denominator.HUNDRED),
                        "b",
                        new FractionalPercent(7, Denominator.MILLION)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {'values': {'a b': 1}}                                         | spec.values.a b           | must have as its key
            {'values': {'': 1}}                                            | spec.values.              | must have as its key
            {'values': {'a..b': 1}}                                        | spec.values.a..b          | both sides of each dot
            {'values': {'.a': 1}}                                          | spec.values..a            | must have as its key
            {'values': {'a.': 1}}                                          | spec.values.a.            | must have as its key
            {'values': {'ä': 1}}                                           | spec.values.ä             | must have as its key
            {'values': {'a': {'b': 1}, 'a.b': 2}}                          | spec.values.a.b           | must be given once
            {'values': {'a': {}}}                                          | spec.values.a             | must not be empty
            {'values': {'a': null}}                                        | spec.values.a             | must be a number
            {'values': {'a': [1]}}                                         | spec.values.a             | must be a number
            {'values': {'a': 9007199254740993}}                            | spec.values.a             | double precision
            {'values': {'a': 123456789012345678901234567890}}              | spec.values.a             | double precision
            {'values': {'a': 1e999}}                                       | spec.values.a             | double precision
            {'values': {'a': '101%'}}                                      | spec.values.a             | must be 0% to 100%
            {'values': {'a': '-1%'}}                                       | spec.values.a             | must be 0% to 100%
            {'values': {'a': '1.23456%'}}                                  | spec.values.a             | at most four digits
            {'values': {'a': {'numerator': 5, 'denominator': 'MILLIO'}}}   | spec.values.a.denominator | must be one of HUNDRED, TEN_THOUSAND, MILLION
            {'values': {'a': {'denominator': 'HUNDRED'}}}                  | spec.values.a.numerator   | must be a whole number from 0 to 100
            {'values': {'a': {'numerator': 101}}}                          | spec.values.a.numerator   | must be a whole number from 0 to 100
            {'values': {'a': {'numerator': 1.5}}}                          | spec.values.a.numerator   | must be a whole number
            {'values': {'a': {'numerator': -1}}}                           | spec.values.a.numerator   | must be a whole number
            {'values': {'a': {'numerator': 1, 'b': 2}}}                    | spec.values.a             | and nothing else
            {'fallback': {'a b': 1}}                                       | spec.fallback.a b         | must have as its key
            {'order': 1001}                                                | spec.order                | must be -1000 to 1000
            {'layer': ''}                                                  | spec.layer                | must have 1 to 1024 printable characters
            """)
    void whatAnEnvoyCouldNotUseIsRefusedByItsKey(String spec, String path, String reason) {
        assertThat(read(spec)).isInstanceOfSatisfying(DocumentResult.Faulty.class, faulty -> {
            assertThat(faulty.faults()).hasSize(1);
            assertThat(faulty.faults().getFirst().path()).isEqualTo(path);
            assertThat(faulty.faults().getFirst().reason()).contains(reason);
        });
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        Manifest manifest = manifest(
                "{'layer': 'other', 'order': -3, 'values': {'a': {'b': 1, 'c': '5%'}, 'd': 'x', 'e': false}, 'fallback': {}}");

        assertThat(Documents.read(0, Documents.redacted(manifest)))
                .isInstanceOfSatisfying(
                        DocumentResult.Read.class,
                        read -> assertThat(read.change()).isEqualTo(new Change.Put(manifest, Precondition.NONE)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'total_hosts': 0                                               | total_hosts                         | must be a whole number of hosts
            'total_hosts': -1                                              | total_hosts                         | must be a whole number of hosts
            'total_hosts': 2.5                                             | total_hosts                         | must be a whole number of hosts
            'total_hosts': '8'                                             | total_hosts                         | must be a whole number of hosts
            'total_hosts': true                                            | total_hosts                         | must be a whole number of hosts
            'total_hosts': 1e12                                            | total_hosts                         | must be a whole number of hosts
            'default_shard_size': 0                                        | default_shard_size                  | must be a whole number of hosts
            'default_shard_size': '5%'                                     | default_shard_size                  | must be a whole number of hosts
            'total_hosts': 8, 'default_shard_size': 9                      | default_shard_size                  | must be at most shuffle_sharding.total_hosts
            'total_hosts': 8, 'customer.a.shard_size': 9                   | customer.a.shard_size               | must be at most shuffle_sharding.total_hosts
            'customer.a.shard_size': 1.5                                   | customer.a.shard_size               | must be a whole number of hosts
            'customer.a/b.shard_size': 2                                   | customer.a/b.shard_size             | must have as the customer's id
            'customer.shard_size': 2                                       | customer.shard_size                 | is not a key of shuffle sharding
            'customer.a.size': 2                                           | customer.a.size                     | is not a key of shuffle sharding
            'total_host': 2                                                | total_host                          | is not a key of shuffle sharding
            """)
    void aShardThatCannotBeIsRefusedByItsKey(String values, String key, String reason) {
        for (String field : new String[] {"values", "fallback"}) {
            Faults faults = new Faults(0);

            ShuffleShardingRules.check(
                    layer("{'" + field + "': {'shuffle_sharding': {" + values + "}}}"), "spec", faults);

            assertThat(faults.found()).hasSize(1);
            assertThat(faults.found().getFirst().path()).isEqualTo("spec." + field + ".shuffle_sharding." + key);
            assertThat(faults.found().getFirst().reason()).contains(reason);
        }
    }

    @Test
    void everyShardThatIsTooLargeIsNamed() {
        Faults faults = new Faults(0);

        ShuffleShardingRules.check(
                layer(
                        "{'values': {'shuffle_sharding': {'total_hosts': 2, 'default_shard_size': 3, 'customer.a.shard_size': 2,"
                                + " 'customer.b.shard_size': 4}, 'shuffle_shardings': 'other'}}"),
                "spec",
                faults);

        assertThat(faults.found())
                .extracting(Fault::path)
                .containsExactly(
                        "spec.values.shuffle_sharding.customer.b.shard_size",
                        "spec.values.shuffle_sharding.default_shard_size");
    }

    @Test
    void anIdMayBeAnAddressOfMail() {
        Faults faults = new Faults(0);

        ShuffleShardingRules.check(
                layer("{'values': {'shuffle_sharding.customer.ada+x@mail.example.shard_size': 2}}"), "spec", faults);

        assertThat(faults.found()).isEmpty();
    }
}
