package io.chancery.manifest;

import io.chancery.model.InvalidValueException;
import java.util.Optional;

/**
 * Which manifests are meant, by a label.
 *
 * @param label the label's name
 * @param value what it must be; empty where any will do
 */
public record LabelMatch(String label, Optional<String> value) {

    public LabelMatch {
        if (label.isEmpty()
                || !Manifest.isLabel(label)
                || !value.map(Manifest::isLabel).orElse(true)) {
            throw new InvalidValueException(
                    "label", "must be a label or label=value, for example team or team=blue, " + Manifest.LABEL_RULE);
        }
    }

    /** Reads {@code label} or {@code label=value}. */
    public static LabelMatch parse(String text) {
        int equals = text.indexOf('=');
        return equals < 0
                ? new LabelMatch(text, Optional.empty())
                : new LabelMatch(text.substring(0, equals), Optional.of(text.substring(equals + 1)));
    }

    boolean matches(Manifest manifest) {
        return value.map(wanted -> wanted.equals(manifest.labels().get(label)))
                .orElseGet(() -> manifest.labels().containsKey(label));
    }
}
