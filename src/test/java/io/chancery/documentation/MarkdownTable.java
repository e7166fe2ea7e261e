package io.chancery.documentation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The rows of the tables in a document under {@code docs/}. */
public final class MarkdownTable {

    private MarkdownTable() {}

    /** Returns the cells of each row of the table whose head begins with {@code head}, without the marks of code. */
    public static List<List<String>> rows(String document, String head) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("docs", document));
        int start = 0;
        while (!lines.get(start).startsWith("| " + head + " |")) {
            start++;
        }
        int end = start;
        while (end < lines.size() && lines.get(end).startsWith("|")) {
            end++;
        }
        return lines.subList(start + 2, end).stream().map(MarkdownTable::cells).toList();
    }

    private static List<String> cells(String row) {
        return Arrays.stream(row.substring(1, row.length() - 1).split("\\|", -1))
                .map(cell -> cell.replace("`", "").strip())
                .toList();
    }
}
