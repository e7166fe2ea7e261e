package io.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.SpecDescription;
import io.chancery.manifest.SpecDescription.FieldDescription;
import io.chancery.manifest.SpecDescription.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tables of fields in {@code docs/manifests.md} are those that are read; {@code -Dgolden.update=true} rewrites them. */
class SpecTablesTest {

    private static final Path DOCUMENT = Path.of("docs", "manifests.md");

    @Test
    void everyObjectOfASpecHasItsTable() throws IOException {
        String text = Files.readString(DOCUMENT);
        String updated = text;
        for (SpecDescription description : SpecDescription.all()) {
            updated = withTable(updated, description);
        }
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(DOCUMENT, updated);
        } else {
            assertThat(text).isEqualTo(updated);
        }
    }

    private static String withTable(String text, SpecDescription description) {
        String begin = "<!-- fields of " + description.name() + " -->\n";
        String end = "<!-- end -->";
        int from = text.indexOf(begin);
        assertThat(from).as("the place in docs/manifests.md of %s", begin).isNotNegative();
        int to = text.indexOf(end, from);
        return text.substring(0, from) + begin + table(description) + text.substring(to);
    }

    private static String table(SpecDescription description) {
        StringBuilder table = new StringBuilder("| field | is | left out | |\n| --- | --- | --- | --- |\n");
        for (FieldDescription field : description.fields()) {
            table.append("| `")
                    .append(field.name())
                    .append("` | ")
                    .append(shape(field.shape()))
                    .append(" | ")
                    .append(field.required() ? "must be given" : leftOut(field.otherwise()))
                    .append(" | ")
                    .append(field.meaning())
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String leftOut(String otherwise) {
        return otherwise.isEmpty() ? "" : "`" + otherwise + "`";
    }

    private static String shape(Shape shape) {
        return switch (shape) {
            case Shape.One(String json, var values) ->
                values.isEmpty() ? json : "`" + String.join("`, `", values) + "`";
            case Shape.Many(Shape element) -> "list of " + shape(element);
            case Shape.Keyed(Shape element) -> shape(element) + " by key";
            case Shape.Described(String name) -> name;
        };
    }
}
