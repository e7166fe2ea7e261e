package io.chancery.registry;

import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values as the store keeps them: one byte of format version, then compact JSON.
 *
 * @param <S> the form in which it is written
 */
final class StoredJson<S> {

    private static final byte FORMAT = 1;

    /** What is left out of a value is its default, primitives included. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private final ObjectWriter writer;
    private final ObjectReader reader;

    StoredJson(Class<S> form) {
        this.writer = JSON.writerFor(form);
        this.reader = JSON.readerFor(form);
    }

    byte[] write(S stored) {
        byte[] json = writer.writeValueAsBytes(stored);
        byte[] value = new byte[json.length + 1];
        value[0] = FORMAT;
        System.arraycopy(json, 0, value, 1, json.length);
        return value;
    }

    /**
     * Reads a value.
     *
     * @param meaning what the form stands for; what it refuses is damaged
     * @throws UnreadableValueException if the value is damaged or was written by a newer version
     */
    <T> T read(String key, byte[] value, Function<S, T> meaning) {
        if (value.length == 0 || value[0] != FORMAT) {
            throw new UnreadableValueException(key, "has a format that this version does not know");
        }
        try {
            S stored = reader.readValue(value, 1, value.length - 1);
            return meaning.apply(stored);
        } catch (JacksonException | IllegalArgumentException e) {
            throw new UnreadableValueException(key, "is damaged");
        }
    }
}
