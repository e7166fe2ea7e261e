package io.chancery.redis;

import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.redis.Election.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a master's nodes and Sentinels; a value. What is learned makes the next.
 *
 * @param nodes in the manifest's order
 * @param doubted nodes that said they were the master before another one did: they are to be asked again
 * @param words by the Sentinels' names; those are missing that were not asked yet
 * @param master which node is taken for the master
 */
record MasterState(
        RedisMaster spec,
        List<RoleView> nodes,
        Set<HostName> doubted,
        Map<String, SentinelReading> words,
        Optional<HostName> master) {

    /** Before anything was asked. */
    static MasterState initial(RedisMaster spec, Optional<HostName> master, Instant now) {
        return new MasterState(
                spec,
                spec.nodes().stream().map(node -> RoleView.unknown(node, now)).toList(),
                Set.of(),
                Map.of(),
                master);
    }

    /** After a node was asked. */
    MasterState heard(HostName node, RoleReading reading, Instant now) {
        List<RoleView> next = new ArrayList<>();
        Set<HostName> doubts = new HashSet<>(doubted);
        doubts.remove(node);
        for (RoleView view : nodes) {
            if (view.node().equals(node)) {
                next.add(view.heard(reading, now));
                if (reading.role() == Role.MASTER && view.role() != Role.MASTER) {
                    doubts.addAll(otherClaimants(node));
                }
            } else {
                next.add(view);
            }
        }
        return new MasterState(spec, List.copyOf(next), Set.copyOf(doubts), words, master).withEpochs();
    }

    private List<HostName> otherClaimants(HostName node) {
        return nodes.stream()
                .filter(view -> view.role() == Role.MASTER && !view.node().equals(node))
                .map(RoleView::node)
                .toList();
    }

    /** After a Sentinel was asked. */
    MasterState said(HostName sentinel, SentinelReading word) {
        Map<String, SentinelReading> next = new TreeMap<>(words);
        next.put(sentinel.toString(), word);
        return new MasterState(spec, nodes, doubted, next, master).withEpochs();
    }

    /** After a node was taken for the master. */
    MasterState elected(Optional<HostName> node) {
        return new MasterState(spec, nodes, doubted, words, node);
    }

    private MasterState withEpochs() {
        return new MasterState(
                spec, nodes.stream().map(node -> node.named(newestEpoch(node))).toList(), doubted, words, master);
    }

    private OptionalLong newestEpoch(RoleView node) {
        return words.values().stream()
                .filter(word -> word instanceof SentinelReading.Named named && isMeant(named, node))
                .mapToLong(word -> ((SentinelReading.Named) word).epoch())
                .max();
    }

    /** A Sentinel may call a node as the manifest does, as it is announced, or by its address. */
    private boolean isMeant(SentinelReading.Named named, RoleView view) {
        HostName node = view.node();
        HostName announced = spec.announced(node);
        boolean byAddress = view.address()
                .filter(address -> address.value().equals(named.host()))
                .isPresent();
        return (named.port() == node.port() && (byAddress || named.host().equalsIgnoreCase(node.host())))
                || (named.port() == announced.port() && named.host().equalsIgnoreCase(announced.host()));
    }

    /** Who is to be taken for the master. A new one only once all were heard that could speak against it. */
    Election election() {
        List<RoleView> certain = nodes.stream()
                .map(view -> doubted.contains(view.node()) ? view.doubted() : view)
                .toList();
        Election election = Election.of(master, certain);
        boolean isKnown = certain.stream().noneMatch(view -> view.role() == Role.UNKNOWN)
                && words.size() == spec.sentinels().size();
        boolean isConfirmed = election.master().equals(master) && election.finding() == Finding.SOUND;
        return isKnown || isConfirmed || isBacked(election) ? election : new Election(master, Finding.UNDECIDED);
    }

    /** Whether Sentinels take the elected node for the master, and no other one later. */
    private boolean isBacked(Election election) {
        OptionalLong epoch =
                election.master().map(this::node).map(RoleView::epoch).orElse(OptionalLong.empty());
        return epoch.isPresent()
                && nodes.stream()
                        .filter(view -> !Optional.of(view.node()).equals(election.master()))
                        .allMatch(view -> view.epoch().orElse(-1) < epoch.getAsLong());
    }

    /** What is known of one of the nodes. */
    RoleView node(HostName node) {
        return nodes.stream()
                .filter(view -> view.node().equals(node))
                .findFirst()
                .orElseThrow();
    }

    /** Whether the node that is taken for the master says so too. */
    boolean isMasterWell() {
        return master.isPresent()
                && nodes.stream().anyMatch(view -> view.node().equals(master.get()) && view.role() == Role.MASTER);
    }

    /** The Sentinels, in the manifest's order. */
    List<SentinelView> sentinels() {
        return spec.sentinels().stream().map(this::sentinel).toList();
    }

    private SentinelView sentinel(HostName sentinel) {
        @Nullable SentinelReading word = words.get(sentinel.toString());
        return switch (word) {
            case null -> new SentinelView(sentinel, Optional.empty(), OptionalLong.empty(), "");
            case SentinelReading.Named(String host, int port, long epoch) ->
                new SentinelView(
                        sentinel, Optional.of(new HostName(host, port).toString()), OptionalLong.of(epoch), "");
            case SentinelReading.Silent(String reason) ->
                new SentinelView(sentinel, Optional.empty(), OptionalLong.empty(), reason);
        };
    }
}
