package io.chancery.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes YAML as what JSON can say.
 *
 * <p>Plain scalars are understood as YAML 1.2 does: {@code null}, {@code true}, {@code false} and decimal numbers are
 * what they look like, all else is a string; so {@code no}, {@code on}, {@code 0644}, {@code 12:30:00} and {@code
 * 2026-01-01} are strings. Anchors, aliases and merge keys ({@code <<}) are followed. Refused are a key that is there
 * twice, a tag that JSON has no type for, and what would grow out of all proportion to the text that it is written in.
 *
 * <p>Jackson's own reader of YAML would take an alias for a string of its name, and knows neither merge keys nor bombs.
 */
public final class YamlDocuments {

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final int MAX_WIDTH = 120;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** What SnakeYAML says of a fault, and what is said instead: its words may quote the text. */
    private static final Map<String, String> REASONS = reasons();

    private YamlDocuments() {}

    /** Reads all documents of a text; JSON is YAML too, but for tabs between its values. */
    public static YamlResult read(String text) {
        String yaml = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(Integer.MAX_VALUE);
        options.setNestingDepthLimit(YamlTree.MAX_DEPTH);
        // What aliases amount to is counted while the tree is made.
        options.setMaxAliasesForCollections(Integer.MAX_VALUE);
        try {
            Composer composer =
                    new Composer(new ParserImpl(new StreamReader(yaml), options), new PlainScalars(), options);
            List<YamlDocument> documents = new ArrayList<>();
            YamlTree tree = new YamlTree(yaml.length());
            while (composer.checkNode()) {
                Node root = composer.getNode();
                JsonNode content = tree.of(root);
                if (!content.isNull()) {
                    documents.add(new YamlDocument(root.getStartMark().getLine() + 1, content));
                }
            }
            return new YamlResult.Read(documents);
        } catch (YamlTree.RefusedException e) {
            return malformed(e.mark(), e.reason());
        } catch (MarkedYAMLException e) {
            @Nullable Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            return malformed(mark, reason(e.getProblem()));
        } catch (ReaderException e) {
            return malformedAt(yaml, e.getPosition());
        } catch (YAMLException e) {
            return malformed(null, "must not nest deeper than " + YamlTree.MAX_DEPTH + " levels");
        }
    }

    /** Writes JSON as one YAML document, in block style, with the keys in their order. */
    public static String write(JsonNode json) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndicatorIndent(2);
        options.setIndentWithIndicator(true);
        options.setWidth(MAX_WIDTH);
        options.setSplitLines(false);
        options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
        String yaml = new Yaml(options).dump(JSON.treeToValue(json, Object.class));
        return yaml.startsWith(BYTE_ORDER_MARK) ? "---\n" + yaml : yaml;
    }

    private static YamlResult malformed(@Nullable Mark mark, String reason) {
        return mark == null
                ? new YamlResult.Malformed(1, 1, reason)
                : new YamlResult.Malformed(mark.getLine() + 1, mark.getColumn() + 1, reason);
    }

    private static YamlResult malformedAt(String yaml, int position) {
        String before = yaml.substring(0, Math.clamp(position, 0, yaml.length()));
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        return new YamlResult.Malformed(
                line, before.length() - before.lastIndexOf('\n'), "has a character that YAML does not allow");
    }

    private static String reason(@Nullable String problem) {
        if (problem != null) {
            for (Map.Entry<String, String> reason : REASONS.entrySet()) {
                if (problem.startsWith(reason.getKey())) {
                    return reason.getValue();
                }
            }
        }
        return "is not proper YAML";
    }

    private static Map<String, String> reasons() {
        Map<String, String> reasons = new LinkedHashMap<>();
        reasons.put(
                "mapping values are not allowed",
                "has a colon where no key can be; a value with a colon and a space in it is quoted");
        reasons.put("could not find expected ':'", "needs a colon and a space between key and value");
        reasons.put("found undefined alias", "has an alias without an anchor; a value that begins with * is quoted");
        reasons.put("found character '\\t", "has a tab where only spaces may be, as they show what belongs to what");
        reasons.put("found character", "has a value that begins with a character for which it must be quoted");
        reasons.put("expected <block end>", "is not indented like what it stands beside");
        reasons.put("expected ',' or", "needs a comma, or the end of the list or object, here");
        reasons.put("found unexpected end of stream", "has a quote that is not closed");
        reasons.put("found unknown escape", "has a backslash in double quotes that begins no escape");
        reasons.put("expected escape sequence", "has a backslash in double quotes that begins no escape");
        reasons.put("sequence entries are not allowed", "has a dash where no list can begin");
        reasons.put("found undefined tag handle", "must not have a tag; a value that begins with ! is quoted");
        reasons.put("Global tag is not allowed", "must not have a tag; a value that begins with ! is quoted");
        reasons.put("expected '<document start>'", "goes on after its end; documents are divided by a line ---");
        return reasons;
    }
}
