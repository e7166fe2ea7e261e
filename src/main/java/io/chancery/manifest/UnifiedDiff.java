package io.chancery.manifest;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import com.github.difflib.algorithm.myers.MyersDiffWithLinearSpace;
import com.github.difflib.patch.AbstractDelta;
import com.github.difflib.patch.ChangeDelta;
import com.github.difflib.patch.Chunk;
import com.github.difflib.patch.DeleteDelta;
import com.github.difflib.patch.InsertDelta;
import com.github.difflib.patch.Patch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Differences of texts as {@code diff -u} writes them. */
public final class UnifiedDiff {

    private static final String NOTHING = "/dev/null";
    private static final int CONTEXT = 3;

    /*
     * To find the shortest difference takes as many steps as there are lines times what differs. Both are bounded: lines
     * between those that begin and end both texts alike, and, where they are many, how many of them are in one text only.
     */
    private static final int FEW_LINES = 4_000;
    private static final int MAX_LINES = 20_000;
    private static final int MAX_DIFFERENT = 2_000;

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
        if (lines.isEmpty()) {
            return "";
        }
        String diff = String.join("\n", lines) + "\n";
        // Where there is nothing, line 0 comes before.
        String from = old.isEmpty() ? diff.replaceFirst("@@ -1,0 ", "@@ -0,0 ") : diff;
        return now.isEmpty() ? from.replaceFirst(" \\+1,0 @@", " +0,0 @@") : from;
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
        return isBearable(from, to)
                ? joined(DiffUtils.diff(old, now, new MyersDiffWithLinearSpace<>()))
                : patchOf(head, from, head, to);
    }

    private static boolean isBearable(List<String> from, List<String> to) {
        int lines = from.size() + to.size();
        if (lines <= FEW_LINES) {
            return true;
        }
        Map<String, Integer> balance = new HashMap<>();
        from.forEach(line -> balance.merge(line, 1, Integer::sum));
        to.forEach(line -> balance.merge(line, -1, Integer::sum));
        return lines <= MAX_LINES
                && balance.values().stream().mapToInt(Math::abs).sum() <= MAX_DIFFERENT;
    }

    /** The algorithm gives one change as an insertion and a deletion, in any order; people read what was first. */
    private static Patch<String> joined(Patch<String> patch) {
        Patch<String> joined = new Patch<>();
        Deque<AbstractDelta<String>> open = new ArrayDeque<>(patch.getDeltas());
        while (!open.isEmpty()) {
            AbstractDelta<String> first = open.remove();
            List<String> from = new ArrayList<>(first.getSource().getLines());
            List<String> to = new ArrayList<>(first.getTarget().getLines());
            int source = first.getSource().getPosition();
            int target = first.getTarget().getPosition();
            while (!open.isEmpty() && open.element().getSource().getPosition() == source + from.size()) {
                AbstractDelta<String> next = open.remove();
                from.addAll(next.getSource().getLines());
                to.addAll(next.getTarget().getLines());
            }
            joined.addDelta(delta(source, from, target, to));
        }
        return joined;
    }

    private static Patch<String> patchOf(int source, List<String> from, int target, List<String> to) {
        Patch<String> patch = new Patch<>();
        patch.addDelta(delta(source, from, target, to));
        return patch;
    }

    private static AbstractDelta<String> delta(int source, List<String> from, int target, List<String> to) {
        Chunk<String> before = new Chunk<>(source, from);
        Chunk<String> after = new Chunk<>(target, to);
        if (from.isEmpty()) {
            return new InsertDelta<>(before, after);
        }
        return to.isEmpty() ? new DeleteDelta<>(before, after) : new ChangeDelta<>(before, after);
    }
}
