package io.chancery.documentation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A dashboard for Grafana, as its file has it.
 *
 * @param panels with those that are in rows
 */
record Dashboard(Path file, JsonNode content, List<JsonNode> panels) {

    private static final Path FOLDER = Path.of("docs", "monitoring", "grafana", "dashboards");
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Of PromQL, what has names that are not those of metrics. */
    private static final Pattern NOT_METRICS = Pattern.compile(
            "\"[^\"]*\"|\\{[^}]*}|\\[[^\\]]*]"
                    + "|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)|\\$\\w+|\\b(bool|and|or|unless|offset)\\b");

    private static final Pattern METRIC = Pattern.compile("[a-zA-Z_:][\\w:]*+(?!\\s*\\()");
    private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*),\\s*\\w+\\)");

    /** All that are shipped. */
    static List<Dashboard> all() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Dashboard::read).toList();
        }
    }

    private static Dashboard read(Path file) {
        try {
            JsonNode content = STRICT.readTree(Files.readString(file));
            List<JsonNode> panels = new ArrayList<>();
            collect(content.path("panels"), panels);
            return new Dashboard(file, content, panels);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void collect(JsonNode from, List<JsonNode> panels) {
        from.forEach(panel -> {
            panels.add(panel);
            collect(panel.path("panels"), panels);
        });
    }

    /** What it asks for, in PromQL. */
    List<String> expressions() {
        List<String> expressions = new ArrayList<>();
        panels.forEach(panel -> panel.path("targets")
                .forEach(target -> expressions.add(target.path("expr").asString(""))));
        content.at("/templating/list").forEach(variable -> {
            if (variable.path("type").asString("").equals("query")) {
                Matcher values = LABEL_VALUES.matcher(variable.path("query").asString(""));
                expressions.add(values.matches() ? values.group(1) : "");
            }
        });
        return expressions;
    }

    /** The metrics that an expression names. */
    static Set<String> metrics(String expression) {
        return METRIC.matcher(NOT_METRICS.matcher(expression).replaceAll(" "))
                .results()
                .map(name -> name.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The metrics that all dashboards together ask for. */
    static Set<String> allMetrics() throws IOException {
        return all().stream()
                .flatMap(dashboard -> dashboard.expressions().stream())
                .flatMap(expression -> metrics(expression).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The metrics that a page in Prometheus' form has. */
    static Set<String> scraped(String page) {
        return page.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
