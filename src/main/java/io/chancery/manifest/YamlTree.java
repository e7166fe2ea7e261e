package io.chancery.manifest;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes the JSON that YAML nodes stand for; what aliases name is there once for each of them. */
final class YamlTree {

    static final int MAX_DEPTH = 200;

    /** A text of n characters cannot say more than n values without aliases; with them it may say so many more. */
    private static final int MORE_BY_ALIASES = 100_000;

    private static final int MAX_DIGITS = 400;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private long values;

    /** @param length of the text, in characters */
    YamlTree(int length) {
        values = (long) length + MORE_BY_ALIASES;
    }

    /** Something in the text is refused. */
    static final class RefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Mark mark;
        private final String reason;

        RefusedException(Node node, String reason) {
            super(reason, null, false, false);
            this.mark = node.getStartMark();
            this.reason = reason;
        }

        Mark mark() {
            return mark;
        }

        String reason() {
            return reason;
        }
    }

    JsonNode of(Node root) {
        return value(root, 0);
    }

    private JsonNode value(Node node, int depth) {
        if (depth > MAX_DEPTH) {
            throw new RefusedException(node, "must not nest deeper than " + MAX_DEPTH + " levels, or hold itself");
        }
        if (--values < 0) {
            throw new RefusedException(node, "has aliases that make too much of it");
        }
        return switch (node) {
            case MappingNode mapping -> object(mapping, depth);
            case SequenceNode sequence -> list(sequence, depth);
            case ScalarNode scalar -> scalar(scalar);
            default -> throw new IllegalStateException("no node of YAML: " + node.getClass());
        };
    }

    private ArrayNode list(SequenceNode sequence, int depth) {
        refuseTag(sequence, Tag.SEQ);
        ArrayNode list = NODES.arrayNode();
        for (Node item : sequence.getValue()) {
            list.add(value(item, depth + 1));
        }
        return list;
    }

    private ObjectNode object(MappingNode mapping, int depth) {
        refuseTag(mapping, Tag.MAP);
        ObjectNode object = NODES.objectNode();
        Set<String> keys = new HashSet<>();
        for (NodeTuple entry : mapping.getValue()) {
            if (!isMerge(entry.getKeyNode())) {
                String key = key(entry.getKeyNode());
                if (!keys.add(key)) {
                    throw new RefusedException(entry.getKeyNode(), "must not have a key twice");
                }
                object.set(key, value(entry.getValueNode(), depth + 1));
            }
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (isMerge(entry.getKeyNode())) {
                if (!keys.add(Tag.MERGE.getValue())) {
                    throw new RefusedException(entry.getKeyNode(), "must not have a key twice");
                }
                merge(object, entry.getValueNode(), depth + 1);
            }
        }
        return object;
    }

    /** <a href="https://yaml.org/type/merge.html">What is merged</a> counts less than what is there, and the first most. */
    private void merge(ObjectNode object, Node merged, int depth) {
        List<Node> mappings = merged instanceof SequenceNode several ? several.getValue() : List.of(merged);
        for (Node mapping : mappings) {
            if (!(value(mapping, depth) instanceof ObjectNode more)) {
                throw new RefusedException(mapping, "must be an object or a list of objects where it is merged");
            }
            more.properties().forEach(entry -> object.putIfAbsent(entry.getKey(), entry.getValue()));
        }
    }

    private static boolean isMerge(Node key) {
        return key.getTag().equals(Tag.MERGE);
    }

    private static String key(Node node) {
        if (!(node instanceof ScalarNode scalar) || scalar.getTag().equals(Tag.NULL)) {
            throw new RefusedException(node, "must have a string as its key");
        }
        scalar(scalar);
        return scalar.getValue();
    }

    private static JsonNode scalar(ScalarNode node) {
        String text = node.getValue();
        Tag tag = node.getTag();
        if (tag.equals(Tag.STR) || tag.equals(Tag.MERGE)) {
            return NODES.stringNode(text);
        }
        @Nullable JsonNode plain = text.length() > MAX_DIGITS ? null : plain(tag, text);
        if (plain == null) {
            throw new RefusedException(
                    node,
                    isNumber(tag)
                            ? "must be a number of at most " + MAX_DIGITS + " decimal digits"
                            : "must not have a tag; a value that begins with ! is quoted");
        }
        return plain;
    }

    /** Returns null where the text is not what its tag says, or the tag is none that JSON has a type for. */
    private static @Nullable JsonNode plain(Tag tag, String text) {
        Tag natural = PlainScalars.ofPlain(text);
        if (tag.equals(Tag.FLOAT) && isNumber(natural)) {
            return NODES.numberNode(Double.parseDouble(text));
        }
        if (!tag.equals(natural)) {
            return null;
        }
        if (tag.equals(Tag.NULL)) {
            return NODES.nullNode();
        }
        if (tag.equals(Tag.BOOL)) {
            return NODES.booleanNode(text.equalsIgnoreCase("true"));
        }
        return tag.equals(Tag.INT) ? whole(new BigInteger(text)) : null;
    }

    /** The smallest type that holds it, as a reader of JSON has it. */
    private static JsonNode whole(BigInteger number) {
        if (number.bitLength() < Integer.SIZE) {
            return NODES.numberNode(number.intValue());
        }
        return number.bitLength() < Long.SIZE ? NODES.numberNode(number.longValue()) : NODES.numberNode(number);
    }

    private static boolean isNumber(Tag tag) {
        return tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
    }

    private static void refuseTag(Node node, Tag wanted) {
        if (!node.getTag().equals(wanted)) {
            throw new RefusedException(node, "must not have a tag; a value that begins with ! is quoted");
        }
    }
}
