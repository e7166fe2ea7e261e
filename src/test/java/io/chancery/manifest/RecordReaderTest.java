package io.chancery.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.chancery.manifest.spec.Field;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class RecordReaderTest {

    private static final JsonMapper JSON = new JsonMapper();

    private final Faults faults = new Faults(0);

    enum Colour {
        RED,
        DARK_BLUE
    }

    record Part(
            @Field("is its name") String name,
            @Field("is its number") Optional<Integer> number) {
        Part {
            if (name.isEmpty()) {
                throw new InvalidValueException("name", "must not be empty");
            }
        }
    }

    record Whole(
            @Field("is required") String text,
            @Field(value = "has a default", otherwise = "7") int count,

            @Field(value = "has a default", otherwise = "1m")
            Duration pause,

            @Field("may be left out") Optional<Colour> colour,
            @Field("is a switch") boolean on,
            @Field("is a list") List<Part> parts,
            @Field("is keyed") SortedMap<String, String> keyed,
            @Field("is parsed") Optional<HostName> host) {}

    @Test
    void whatIsLeftOutHasItsDefault() {
        Whole whole = read("{\"text\": \"a\"}");

        assertThat(whole)
                .isEqualTo(new Whole(
                        "a",
                        7,
                        Duration.ofMinutes(1),
                        Optional.empty(),
                        false,
                        List.of(),
                        new TreeMap<>(),
                        Optional.empty()));
        assertThat(RecordWriter.write(Objects.requireNonNull(whole)).toString()).isEqualTo("{\"text\":\"a\"}");
    }

    @Test
    void whatIsGivenIsReadAndWrittenAsItWas() {
        String document = "{\"text\":\"a\",\"count\":3,\"pause\":\"250ms\",\"colour\":\"dark-blue\",\"on\":true,"
                + "\"parts\":[{\"name\":\"x\",\"number\":5},{\"name\":\"y\"}],\"keyed\":{\"k\":\"v\"},"
                + "\"host\":\"db.internal:5432\"}";

        assertThat(RecordWriter.write(Objects.requireNonNull(read(document))).toString())
                .isEqualTo(document);
    }

    @Test
    void oneValueStandsForAListOfOne() {
        assertThat(Objects.requireNonNull(read("{\"text\": \"a\", \"parts\": {\"name\": \"x\"}}"))
                        .parts())
                .containsExactly(new Part("x", Optional.empty()));
    }

    @Test
    void everyFaultIsToldWithItsPlace() {
        assertThat(read("{\"cuont\": 3, \"count\": \"x\", \"pause\": \"soon\", \"colour\": \"green\", \"on\": 1,"
                        + "\"parts\": [{\"name\": \"\"}, {}, 3], \"keyed\": {\"k\": {}}, \"host\": \"db\"}"))
                .isNull();
        assertThat(faults.found())
                .extracting(Fault::path, Fault::reason)
                .containsExactlyInAnyOrder(
                        tuple(
                                "spec.cuont",
                                "is not a field; there are text, count, pause, colour, on, parts, keyed, host"),
                        tuple("spec.text", "must be given: text is required"),
                        tuple("spec.count", "must be a whole number"),
                        tuple("spec.pause", "must be a length of time, for example 250ms, 5s, 1m, 1h or 90d"),
                        tuple("spec.colour", "must be one of red, dark-blue"),
                        tuple("spec.on", "must be true or false"),
                        tuple("spec.parts[0].name", "must not be empty"),
                        tuple("spec.parts[1].name", "must be given: name is its name"),
                        tuple("spec.parts[2]", "must be an object with name, number"),
                        tuple("spec.keyed.k", "must be a string"),
                        tuple("spec.host", "must be HOST:PORT, for example db.internal:5432"));
    }

    private @Nullable Whole read(String json) {
        return new RecordReader(faults).read(Whole.class, "spec", JSON.readTree(json));
    }
}
