package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which node is taken for the master, and what there is to say of that. Pure functions.
 *
 * @param master empty where there never was one
 */
public record Election(Optional<HostName> master, Finding finding) {

    /** How clear it is who is the master. */
    public enum Finding {
        /** One node says that it is the master, and nothing speaks against it. */
        SOUND,
        /** Several nodes say so, or Sentinels say it of another one; the one that is taken for it has the newest epoch, or was taken for it before. */
        SPLIT_BRAIN,
        /** None says so that could be believed; the last that was taken for it still is. */
        NO_MASTER,
        /** Not all have been heard that could speak against it. */
        UNDECIDED
    }

    /**
     * Decides.
     *
     * @param former which node is taken for the master so far
     */
    static Election of(Optional<HostName> former, List<RoleView> nodes) {
        List<RoleView> claimants =
                nodes.stream().filter(node -> node.role() == Role.MASTER).toList();
        return switch (claimants.size()) {
            case 0 -> new Election(former, Finding.NO_MASTER);
            case 1 -> lone(former, claimants.getFirst(), nodes);
            default -> new Election(rivals(former, claimants), Finding.SPLIT_BRAIN);
        };
    }

    /**
     * A node that says so alone is the master, unless the Sentinels have since taken another one for it that is silent:
     * then it may have been away while that other one was promoted.
     */
    private static Election lone(Optional<HostName> former, RoleView claimant, List<RoleView> nodes) {
        boolean isFormer = former.equals(Optional.of(claimant.node()));
        boolean isFenced =
                nodes.stream().filter(node -> !node.role().isAnswer()).anyMatch(node -> epoch(node) > epoch(claimant));
        if (isFenced) {
            return new Election(former, isFormer ? Finding.SPLIT_BRAIN : Finding.NO_MASTER);
        }
        return new Election(Optional.of(claimant.node()), Finding.SOUND);
    }

    /** Of several the one with the newest epoch, else the one that was known first; if none was, the one with the most replicas. */
    private static Optional<HostName> rivals(Optional<HostName> former, List<RoleView> claimants) {
        long newest = claimants.stream().mapToLong(Election::epoch).max().orElse(-1);
        List<RoleView> newer =
                claimants.stream().filter(one -> epoch(one) == newest).toList();
        if (newest >= 0 && newer.size() == 1) {
            return Optional.of(newer.getFirst().node());
        }
        if (former.isPresent()) {
            return former;
        }
        int most = claimants.stream().mapToInt(RoleView::replicas).max().orElse(0);
        List<RoleView> larger =
                claimants.stream().filter(one -> one.replicas() == most).toList();
        return larger.size() == 1 ? Optional.of(larger.getFirst().node()) : Optional.empty();
    }

    private static long epoch(RoleView node) {
        OptionalLong epoch = node.epoch();
        return epoch.orElse(-1);
    }
}
