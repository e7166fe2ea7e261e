package io.chancery.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.chancery.manifest.AlteredManifest;
import io.chancery.manifest.ApplyResult.Outcome;
import io.chancery.manifest.CanonicalYaml;
import io.chancery.manifest.DeclaredManifest;
import io.chancery.manifest.Documents;
import io.chancery.manifest.HistoryEntry;
import io.chancery.manifest.UnifiedDiff;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The history as the API shows it. */
final class HistoryAnswers {

    private static final int MAX_LISTED = 100;

    private HistoryAnswers() {}

    /**
     * A part of the changes, the newest first.
     *
     * @param next absent on the last page; otherwise what to give as {@code after} for the next
     */
    record HistoryPage(
            List<EntrySummary> history,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String next) {}

    /**
     * One change in a list.
     *
     * @param reason absent if nobody gave one
     * @param count how many manifests it altered
     * @param manifests at most 100 of them
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EntrySummary(
            long revision,
            String time,
            String author,
            @Nullable String reason,
            int count,
            List<AlteredSummary> manifests) {

        static EntrySummary of(HistoryEntry entry) {
            return new EntrySummary(
                    entry.revision().value(),
                    entry.time().toString(),
                    entry.author(),
                    reasonOf(entry),
                    entry.altered().size(),
                    entry.altered().stream()
                            .limit(MAX_LISTED)
                            .map(AlteredSummary::of)
                            .toList());
        }
    }

    /**
     * What became of a manifest.
     *
     * @param outcome {@code created}, {@code changed} or {@code deleted}
     */
    record AlteredSummary(String kind, String name, String outcome) {

        static AlteredSummary of(HistoryEntry.Altered altered) {
            return new AlteredSummary(
                    altered.key().kind().spelling(), altered.key().name(), nameOf(altered.outcome()));
        }
    }

    /** One change. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record EntryAnswer(
            long revision,
            String time,
            String author,
            @Nullable String reason,
            List<AlteredAnswer> manifests) {

        static EntryAnswer of(HistoryEntry entry, List<AlteredManifest> altered) {
            List<AlteredAnswer> manifests = new ArrayList<>(altered.size());
            for (int i = 0; i < altered.size(); i++) {
                manifests.add(
                        AlteredAnswer.of(altered.get(i), entry.altered().get(i).outcome()));
            }
            return new EntryAnswer(
                    entry.revision().value(), entry.time().toString(), entry.author(), reasonOf(entry), manifests);
        }
    }

    /**
     * A manifest before and after a change.
     *
     * @param before absent if it was created
     * @param after absent if it was deleted
     * @param diff of their YAML, without revision, time and author
     * @param secretsOnly whether nothing but secrets was changed
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record AlteredAnswer(
            String kind,
            String name,
            String outcome,
            @Nullable ManifestDocument before,
            @Nullable ManifestDocument after,
            @Schema(description = "as diff -u writes it") String diff,
            boolean secretsOnly) {

        static AlteredAnswer of(AlteredManifest altered, Outcome outcome) {
            String diff = UnifiedDiff.of(altered.key().toString(), yaml(altered.before()), yaml(altered.after()));
            return new AlteredAnswer(
                    altered.key().kind().spelling(),
                    altered.key().name(),
                    nameOf(outcome),
                    altered.before().map(ManifestDocument::of).orElse(null),
                    altered.after().map(ManifestDocument::of).orElse(null),
                    diff,
                    diff.isEmpty());
        }

        private static Optional<String> yaml(Optional<DeclaredManifest> declared) {
            return declared.map(one -> CanonicalYaml.of(Documents.redacted(one.manifest())));
        }
    }

    private static @Nullable String reasonOf(HistoryEntry entry) {
        return entry.reason().isEmpty() ? null : entry.reason();
    }

    private static String nameOf(Outcome outcome) {
        return NodeController.nameOf(outcome);
    }
}
