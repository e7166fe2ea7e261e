package io.chancery.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@RunningServer
class MetricsDocumentTest {

    @Autowired
    private MeterRegistry meters;

    @Test
    void theDocumentListsEveryMeterOfOursWithItsKindAndDescription() throws IOException {
        Map<String, String> documented = new TreeMap<>();
        MarkdownTable.rows("metrics.md", "meter")
                .forEach(row -> documented.put(row.get(0), row.get(1) + ": " + row.get(3)));
        Map<String, String> running = new TreeMap<>();
        meters.forEachMeter(meter -> {
            if (isOurs(meter)) {
                running.put(
                        meter.getId().getName(),
                        meter.getId().getType().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": "
                                + meter.getId().getDescription());
            }
        });

        assertThat(documented).isEqualTo(running);
    }

    @Test
    void theDocumentNamesEveryTag() throws IOException {
        Map<String, String> tags = new TreeMap<>();
        MarkdownTable.rows("metrics.md", "meter").forEach(row -> tags.put(row.get(0), row.get(2)));

        meters.forEachMeter(meter -> {
            if (isOurs(meter)) {
                for (Tag tag : meter.getId().getTags()) {
                    String documented =
                            Objects.requireNonNull(tags.get(meter.getId().getName()));
                    assertThat(documented).contains(tag.getKey());
                    if (tag.getKey().equals("outcome")) {
                        assertThat(documented).contains(tag.getValue());
                    }
                }
            }
        });
    }

    /** Micrometer shows a histogram's buckets and a timer's maximum as meters of their own in some registries. */
    private static boolean isOurs(Meter meter) {
        String name = meter.getId().getName();
        return name.startsWith("chancery.")
                && !name.endsWith(".histogram")
                && !name.endsWith(".percentile")
                && !name.endsWith(".max");
    }
}
