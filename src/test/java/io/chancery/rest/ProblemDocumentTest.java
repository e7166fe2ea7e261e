package io.chancery.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemDocumentTest {

    @Test
    void theDocumentHasASectionForEveryProblemWithItsStatusAndTitle() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("docs", "problems.md"));
        List<String> documented = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).startsWith("## ")) {
                documented.add(lines.get(i).substring(3) + " " + lines.get(i + 2));
            }
        }

        assertThat(documented)
                .containsExactlyElementsOf(Arrays.stream(Problem.values())
                        .map(problem -> problem.slug() + " " + problem.status().value() + " · " + problem.title())
                        .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 405, 406, 408, 413, 414, 415, 417, 431, 500, 501, 503, 505})
    void whateverStatusTheServerGivesHasAProblemOfItsClass(int status) {
        int rendered = Refusal.ofStatus(status).getStatus();

        assertThat(rendered / 100).isEqualTo(status / 100);
    }
}
