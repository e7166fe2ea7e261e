package io.chancery.manifest;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * What plain scalars are, by the <a href="https://yaml.org/spec/1.2.2/#103-core-schema">core schema of YAML 1.2</a>, with
 * the numbers of JSON: whatever is written otherwise stays the text that it is.
 */
final class PlainScalars extends Resolver {

    private static final Pattern NULL = Pattern.compile("~|null|Null|NULL|");
    private static final Pattern BOOLEAN = Pattern.compile("true|True|TRUE|false|False|FALSE");
    private static final Pattern INTEGER = Pattern.compile("-?(?:0|[1-9]\\d*)");
    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");
    private static final String MERGE = "<<";

    @Override
    public Tag resolve(NodeId kind, String value, boolean implicit) {
        return switch (kind) {
            case sequence -> Tag.SEQ;
            case mapping, anchor -> Tag.MAP;
            case scalar -> implicit ? ofPlain(value) : Tag.STR;
        };
    }

    static Tag ofPlain(String value) {
        if (NULL.matcher(value).matches()) {
            return Tag.NULL;
        }
        if (BOOLEAN.matcher(value).matches()) {
            return Tag.BOOL;
        }
        if (INTEGER.matcher(value).matches()) {
            return Tag.INT;
        }
        if (NUMBER.matcher(value).matches()) {
            return Tag.FLOAT;
        }
        return value.equals(MERGE) ? Tag.MERGE : Tag.STR;
    }
}
