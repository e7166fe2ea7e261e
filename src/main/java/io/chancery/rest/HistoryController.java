package io.chancery.rest;

import io.chancery.manifest.AlteredManifest;
import io.chancery.manifest.ApplyResult;
import io.chancery.manifest.ChangeHistory;
import io.chancery.manifest.DocumentResult;
import io.chancery.manifest.HistoryEntry;
import io.chancery.manifest.ManifestKey;
import io.chancery.manifest.ManifestRegistry;
import io.chancery.manifest.Reversal;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.model.Revision;
import io.chancery.rest.HistoryAnswers.EntryAnswer;
import io.chancery.rest.HistoryAnswers.EntrySummary;
import io.chancery.rest.HistoryAnswers.HistoryPage;
import io.swagger.v3.oas.annotations.Parameter;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was changed of the manifests, when, by whom and why; and how to undo it. */
@RestController
@RequestMapping(path = "/v1/history", produces = MediaType.APPLICATION_JSON_VALUE)
class HistoryController {

    private final ManifestRegistry registry;
    private final ManifestWriter writer;

    HistoryController(ManifestRegistry registry, ManifestWriter writer) {
        this.registry = registry;
        this.writer = writer;
    }

    /** Lists the changes, the newest first. */
    @GetMapping
    @Answers(problems = Problem.INVALID_VALUE)
    HistoryPage list(
            @RequestParam(required = false) @Nullable String kind,
            @RequestParam(required = false) @Nullable String name,
            @RequestParam(required = false) @Nullable String author,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable Long after) {
        NavigableMap<Long, HistoryEntry> entries = new TreeMap<>(Collections.reverseOrder());
        history()
                .entries(wanted(kind, name, author))
                .forEach(entry -> entries.put(entry.revision().value(), entry));
        Page<EntrySummary> page = Page.of(entries, after, limit, EntrySummary::of);
        return new HistoryPage(page.items(), page.next());
    }

    private static Predicate<HistoryEntry> wanted(
            @Nullable String kind, @Nullable String name, @Nullable String author) {
        @Nullable ManifestKind wantedKind = kind == null ? null : ManifestController.kind(kind);
        if (name != null) {
            ManifestKey _ = new ManifestKey(ManifestKind.RESOURCE, name);
        }
        return entry -> {
            boolean byAuthor = author == null || author.equals(entry.author());
            return byAuthor
                    && entry.altered().stream()
                            .map(HistoryEntry.Altered::key)
                            .anyMatch(key -> (wantedKind == null || key.kind() == wantedKind)
                                    && (name == null || key.name().equals(name)));
        };
    }

    /** Shows a change with its manifests before and after, without their secrets. */
    @GetMapping("/{revision}")
    @Answers(problems = {Problem.INVALID_VALUE, Problem.UNKNOWN_CHANGE})
    EntryAnswer get(@PathVariable long revision) {
        Past past = past(revision);
        return EntryAnswer.of(past.entry(), past.manifests());
    }

    /** Makes the manifests that a change altered what they were before it. */
    @PostMapping("/{revision}/revert")
    @Answers(
            problems = {
                Problem.INVALID_VALUE,
                Problem.INVALID_MANIFEST,
                Problem.UNKNOWN_CHANGE,
                Problem.CHANGED_SINCE,
                Problem.TRANSACTION_TOO_LARGE,
                Problem.ENVOY_NOT_CONFIGURED,
                Problem.ENVOY_BUSY,
                Problem.STORE_UNAVAILABLE
            })
    ChangeAnswer revert(@PathVariable long revision, @Parameter(hidden = true) ChangeWish wish) {
        Past past = past(revision);
        List<DocumentResult> changes =
                Reversal.of(past.entry(), past.manifests(), wish.options().references());
        ChangeWish reasoned = wish.because("revert of revision " + revision);
        return reasoned.dryRun().isPresent() ? writer.apply(changes, reasoned) : revert(changes, reasoned);
    }

    private ChangeAnswer revert(List<DocumentResult> changes, ChangeWish wish) {
        return switch (registry.apply(ManifestWriter.changes(changes), wish.options())) {
            case ApplyResult.Applied applied -> ManifestWriter.answer(applied);
            case ApplyResult.Refused refused -> throw ManifestWriter.faultyList(refused.faults());
            case ApplyResult.OwnedByFile(ManifestKey key, String file) -> throw ManifestWriter.owned(key, file);
            case ApplyResult.PreconditionFailed(ManifestKey key, Revision actual) ->
                throw Problem.CHANGED_SINCE.toException(key + " "
                        + (actual.equals(Revision.ZERO)
                                ? "was removed since"
                                : "was changed again at revision " + actual.value())
                        + "; revert that first, or give force=true to lose it");
        };
    }

    /** A change and what it altered. */
    private record Past(HistoryEntry entry, List<AlteredManifest> manifests) {}

    private Past past(long revision) {
        Revision asked = new Revision(revision);
        return history()
                .entry(asked)
                .flatMap(entry -> history().manifests(asked).map(manifests -> new Past(entry, manifests)))
                .orElseThrow(() -> Problem.UNKNOWN_CHANGE.toException(
                        "Nothing was changed of the manifests at this revision, or it is no longer kept; GET /v1/history"
                                + " lists what is"));
    }

    private ChangeHistory history() {
        return registry.history();
    }
}
