package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.IpAddress;
import io.lettuce.core.KillArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A way to a node. */
@ThreadSafe
final class LettuceNode implements Links.NodeLink {

    private static final Pattern REPLICAS = Pattern.compile("(?m)^connected_slaves:(\\d{1,9})\\r?$");
    private static final Pattern ROLE = Pattern.compile("(?m)^role:(\\w+)\\r?$");

    private final HostName node;
    private final LettuceLinks links;
    private final Connector<StatefulRedisConnection<String, String>> connector;
    private volatile Optional<IpAddress> address = Optional.empty();

    LettuceNode(HostName node, LettuceLinks links) {
        this.node = node;
        this.links = links;
        this.connector = new Connector<>(this::connect);
    }

    private CompletableFuture<StatefulRedisConnection<String, String>> connect() {
        return links.resolve(node, address).thenCompose(found -> {
            address = Optional.of(found);
            return links.client().connectAsync(StringCodec.UTF8, links.toNode(found, node.port()));
        });
    }

    @Override
    public CompletableFuture<RoleReading> ask() {
        // Who closes a node's clients closes this connection too, which says nothing of the node.
        CompletableFuture<RoleReading> answer = connector.existing().isPresent()
                ? question().exceptionallyCompose(failure -> {
                    connector.drop();
                    return LinkFailure.isRefusal(failure) ? CompletableFuture.failedFuture(failure) : question();
                })
                : question();
        return links.bounded(answer).exceptionally(failure -> {
            connector.drop();
            return links.failure(failure).toReading();
        });
    }

    private CompletableFuture<RoleReading> question() {
        return connector
                .connection()
                .thenCompose(connection -> connection
                        .async()
                        .role()
                        .toCompletableFuture()
                        .thenApply(this::reading)
                        // Users and proxies may have the one command and not the other.
                        .exceptionallyCompose(
                                failure -> LinkFailure.isRefusal(failure) ? byInfo(connection) : failed(failure)));
    }

    private static <T> CompletableFuture<T> failed(Throwable failure) {
        return CompletableFuture.failedFuture(failure);
    }

    private RoleReading reading(List<Object> role) {
        String name = role.isEmpty() ? "" : String.valueOf(role.getFirst());
        int replicas = role.size() > 2 && role.get(2) instanceof List<?> followers ? followers.size() : 0;
        return reading(name, replicas);
    }

    private CompletableFuture<RoleReading> byInfo(StatefulRedisConnection<String, String> connection) {
        return connection.async().info("replication").toCompletableFuture().thenApply(info -> {
            Matcher role = ROLE.matcher(info);
            Matcher replicas = REPLICAS.matcher(info);
            return reading(role.find() ? role.group(1) : "", replicas.find() ? Integer.parseInt(replicas.group(1)) : 0);
        });
    }

    private RoleReading reading(String role, int replicas) {
        IpAddress at = address.orElseThrow();
        return switch (role) {
            case "master" -> RoleReading.master(replicas, at);
            case "slave", "replica" -> RoleReading.replica(at);
            case "sentinel" -> RoleReading.unreachable("is a Sentinel, not a node");
            default -> RoleReading.unreachable("tells no role");
        };
    }

    @Override
    public CompletableFuture<Boolean> closeClients() {
        CompletableFuture<Boolean> closed = connector
                .connection()
                .thenCompose(connection -> connection
                        .async()
                        .clientKill(KillArgs.Builder.typeNormal())
                        .toCompletableFuture())
                .thenApply(_ -> true);
        return links.bounded(closed).exceptionally(_ -> false);
    }
}
