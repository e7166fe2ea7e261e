package io.chancery.manifest;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.DeleteDelta;
import com.github.difflib.patch.InsertDelta;
import com.github.difflib.patch.Patch;
import java.util.List;
import java.util.Optional;

/** Differences of texts as {@code diff -u} writes them. */
public final class UnifiedDiff {

    private static final String NOTHING = "/dev/null";
    private static final int CONTEXT = 3;

    /**
     * Lines, between those that begin and end both texts alike, up to which the shortest difference is sought: the time
     * for that grows with their square.
     */
    private static final int MAX_LINES = 4_000;

    private UnifiedDiff() {}

    /**
     * Returns the difference, or an empty text if there is none. Where there is very much of it, it is not the shortest.
     *
     * @param name of what the texts are
     * @param before empty if there was nothing
     * @param after empty if there is nothing
     */
    public static String of(String name, Optional<String> before, Optional<String> after) {
        if (before.equals(after)) {
            return "";
        }
        List<String> old = before.map(text -> text.lines().toList()).orElse(List.of());
        List<String> now = after.map(text -> text.lines().toList()).orElse(List.of());
        List<String> lines = UnifiedDiffUtils.generateUnifiedDiff(
                before.isPresent() ? name : NOTHING, after.isPresent() ? name : NOTHING, old, patch(old, now), CONTEXT);
        return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }

    private static Patch<String> patch(List<String> old, List<String> now) {
        int shorter = Math.min(old.size(), now.size());
        int head = 0;
        while (head < shorter && old.get(head).equals(now.get(head))) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && old.get(old.size() - 1 - tail).equals(now.get(now.size() - 1 - tail))) {
            tail++;
        }
        List<String> from = old.subList(head, old.size() - tail);
        List<String> to = now.subList(head, now.size() - tail);
        return from.size() + to.size() > MAX_LINES
                ? whole(head, from, to)
                : DiffUtils.diff(old, now, new MyersDiffWithLinearSpace<>());
    }

    private static Patch<String> whole(int position, List<String> from, List<String> to) {
        Chunk<String> source = new Chunk<>(position, from);
        Chunk<String> target = new Chunk<>(position, to);
        Patch<String> patch = new Patch<>();
        if (from.isEmpty()) {
            patch.addDelta(new InsertDelta<>(source, target));
        } else if (to.isEmpty()) {
            patch.addDelta(new DeleteDelta<>(source, target));
        } else {
            patch.addDelta(new ChangeDelta<>(source, target));
        }
        return patch;
    }
}
