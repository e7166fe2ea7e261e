package io.chancery.manifest;

import io.chancery.manifest.spec.SecretSpec;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Secrets in documents that are shown: what is private in them is blanked. Pure functions. */
final class SecretText {

    private SecretText() {}

    /** Blanks a written {@link SecretSpec}. */
    static ObjectNode blanked(ObjectNode spec) {
        JsonNode certificate = spec.path("certificate");
        if (certificate instanceof ObjectNode fields) {
            fields.put("key", Redaction.PLACEHOLDER);
        }
        if (spec.path("sessionTicketKeys") instanceof ArrayNode keys) {
            for (int i = 0; i < keys.size(); i++) {
                keys.set(i, keys.stringNode(Redaction.PLACEHOLDER));
            }
        }
        if (spec.has("password")) {
            spec.put("password", Redaction.PLACEHOLDER);
        }
        return spec;
    }

    /** Somebody who sends back what he was shown would lose the secret. */
    static void refusePlaceholders(SecretSpec secret, String path, Faults faults) {
        if (secret.certificate()
                .filter(certificate -> certificate.key().equals(Redaction.PLACEHOLDER))
                .isPresent()) {
            faults.add(path + ".certificate.key", Redaction.PLACEHOLDER_RULE);
        }
        if (secret.password().equals(Optional.of(Redaction.PLACEHOLDER))) {
            faults.add(path + ".password", Redaction.PLACEHOLDER_RULE);
        }
    }
}
