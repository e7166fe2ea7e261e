package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.AlteredManifest;
import io.chancery.manifest.ApplyResult.Effect;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.FileOwner;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Runtime layers as the API shows them. */
final class RuntimeAnswers {

    private static final int MAX_LISTED = 1_000;

    private RuntimeAnswers() {}

    /**
     * A layer; sent back with PUT it is accepted and changes nothing.
     *
     * @param name the manifest's
     * @param layer the name by which Envoys ask for it; absent where that is the manifest's
     * @param order where it stands among the layers of a bootstrap
     * @param nodes which Envoys it is for; absent for all
     * @param values by dotted keys
     * @param fallback what a bootstrap has of it; absent where that is the values
     * @param revision the revision at which it was last changed
     * @param time when that was
     * @param author who did it
     * @param file the file that declares it; absent if it was declared over the API
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LayerDocument(
            String name,
            @Nullable String layer,
            int order,
            @Schema(type = "object") @Nullable JsonNode nodes,
            @Schema(type = "object") @Nullable JsonNode labels,
            @Schema(type = "object") JsonNode values,
            @Schema(type = "object") @Nullable JsonNode fallback,
            long revision,
            String time,
            String author,
            @Nullable String file) {

        static LayerDocument of(DeclaredManifest declared) {
            LayerFields fields = LayerFields.of(declared.manifest());
            return new LayerDocument(
                    declared.manifest().key().name(),
                    fields.layer(),
                    fields.order(),
                    fields.field("nodes"),
                    fields.field("labels"),
                    fields.values(),
                    fields.field(LayerFields.FALLBACK),
                    declared.revision().value(),
                    declared.time().toString(),
                    declared.author(),
                    declared.owner().map(FileOwner::toString).orElse(null));
        }
    }

    /**
     * One layer in a list.
     *
     * @param keys how many it has
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record LayerSummary(
            String name,
            @Nullable String layer,
            int order,
            @Schema(type = "object") @Nullable JsonNode nodes,
            int keys,
            long revision,
            String time,
            String author) {

        static LayerSummary of(DeclaredManifest declared) {
            LayerFields fields = LayerFields.of(declared.manifest());
            return new LayerSummary(
                    declared.manifest().key().name(),
                    fields.layer(),
                    fields.order(),
                    fields.field("nodes"),
                    fields.values().size(),
                    declared.revision().value(),
                    declared.time().toString(),
                    declared.author());
        }
    }

    /**
     * A part of the layers, by name.
     *
     * @param revision the store's revision that the list is of
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record LayerPage(
            long revision,
            List<LayerSummary> layers,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /**
     * The value of one key; sent back with PUT it is accepted and changes nothing.
     *
     * @param type {@code number}, {@code boolean}, {@code string} or {@code fraction}
     * @param revision that at which the layer was last changed
     */
    record KeyDocument(
            String layer,
            String key,

            @Schema(description = "a number, a boolean, a string, or an object with numerator and denominator")
            JsonNode value,

            String type,
            long revision) {

        static KeyDocument of(DeclaredManifest declared, String key, JsonNode value) {
            return new KeyDocument(
                    declared.manifest().key().name(),
                    key,
                    value,
                    typeOf(value),
                    declared.revision().value());
        }

        private static String typeOf(JsonNode value) {
            return value.isNumber()
                    ? "number"
                    : value.isBoolean() ? "boolean" : value.isString() ? "string" : "fraction";
        }
    }

    /**
     * What became of a layer.
     *
     * @param revision the store's revision at which all of it holds
     * @param layer the manifest's name
     * @param outcome what became of it as a whole: created, changed, unchanged or deleted
     * @param changes of its values, by key, at most 1,000
     * @param moreChanges how many further ones there are
     */
    record LayerChange(long revision, String layer, String outcome, List<KeyChange> changes, int moreChanges)
            implements Written, RuntimeChangeAnswer {

        static LayerChange of(Effect effect, Optional<AlteredManifest> altered) {
            SortedMap<String, JsonNode> before = values(altered.flatMap(AlteredManifest::before));
            SortedMap<String, JsonNode> after = values(altered.flatMap(AlteredManifest::after));
            TreeSet<String> keys = new TreeSet<>(before.keySet());
            keys.addAll(after.keySet());
            List<KeyChange> changes = keys.stream()
                    .map(key -> new KeyChange(key, before.get(key), after.get(key)))
                    .filter(KeyChange::isOne)
                    .toList();
            return new LayerChange(
                    effect.revision().value(),
                    effect.key().name(),
                    NodeController.nameOf(effect.outcome()),
                    changes.subList(0, Math.min(changes.size(), MAX_LISTED)),
                    Math.max(0, changes.size() - MAX_LISTED));
        }

        private static SortedMap<String, JsonNode> values(Optional<DeclaredManifest> declared) {
            SortedMap<String, JsonNode> values = new TreeMap<>();
            declared.map(one -> LayerFields.of(one.manifest()).values()).ifPresent(all -> {
                for (Map.Entry<String, JsonNode> entry : all.properties()) {
                    values.put(entry.getKey(), entry.getValue());
                }
            });
            return values;
        }
    }

    /**
     * What became of a key.
     *
     * @param before absent if there was none
     * @param after absent if it was removed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record KeyChange(
            String key,
            @Schema(type = "object") @Nullable JsonNode before,
            @Schema(type = "object") @Nullable JsonNode after) {

        private boolean isOne() {
            return before == null || !before.equals(after);
        }
    }
}
