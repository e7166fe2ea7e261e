package io.chancery.store;

import io.chancery.model.Revision;
import java.util.List;

/** What became of a request for history. */
public sealed interface HistoryResult {

    record Commits(List<Commit> commits) implements HistoryResult {
        public Commits {
            commits = List.copyOf(commits);
        }
    }

    /** The commits asked for are no longer kept; {@code oldest} is the oldest revision after which history is known. */
    record Compacted(Revision oldest) implements HistoryResult {}
}
