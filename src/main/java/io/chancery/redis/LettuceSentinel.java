package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.spec.HostName;
import io.chancery.model.IpAddress;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ValueListOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A way to a Sentinel: one connection to ask it, one on which it tells of new masters. */
@ThreadSafe
final class LettuceSentinel implements Links.SentinelLink {

    private static final String NEW_MASTER = "+switch-master";

    private final HostName sentinel;
    private final LettuceLinks links;
    private final Runnable moved;
    private final String master;
    private final Connector<StatefulRedisSentinelConnection<String, String>> questions;
    private final Connector<StatefulRedisPubSubConnection<String, String>> news;
    private volatile Optional<IpAddress> address = Optional.empty();

    LettuceSentinel(HostName sentinel, LettuceLinks links, Runnable moved) {
        this.sentinel = sentinel;
        this.links = links;
        this.moved = moved;
        this.master = links.spec().masterName().orElseThrow();
        this.questions = new Connector<>(() -> resolve()
                .thenCompose(found -> links.client()
                        .connectSentinelAsync(StringCodec.UTF8, links.toSentinel(found, sentinel.port()))));
        this.news = new Connector<>(this::subscribe);
    }

    private CompletableFuture<IpAddress> resolve() {
        return links.resolve(sentinel, address).thenApply(found -> {
            address = Optional.of(found);
            return found;
        });
    }

    private CompletableFuture<StatefulRedisPubSubConnection<String, String>> subscribe() {
        return resolve()
                .thenCompose(found ->
                        links.client().connectPubSubAsync(StringCodec.UTF8, links.toSentinel(found, sentinel.port())))
                .thenCompose(connection -> {
                    connection.addListener(new RedisPubSubAdapter<String, String>() {
                        @Override
                        public void message(String channel, String message) {
                            if (message.startsWith(master + ' ')) {
                                moved.run();
                            }
                        }
                    });
                    return connection
                            .async()
                            .subscribe(NEW_MASTER)
                            .toCompletableFuture()
                            .thenApply(_ -> connection);
                });
    }

    @Override
    public CompletableFuture<SentinelReading> ask() {
        var _ = links.bounded(news.connection()).exceptionally(_ -> {
            news.drop();
            return null;
        });
        CompletableFuture<SentinelReading> answer = questions.connection().thenCompose(this::question);
        return links.bounded(answer).exceptionally(failure -> {
            questions.drop();
            return links.failure(failure).toWord();
        });
    }

    /**
     * The epoch is that of the master's configuration, but the address in the same answer is the former's until the last
     * replica has moved; clients are told the new one from the promotion on, and so is Chancery.
     */
    private CompletableFuture<SentinelReading> question(StatefulRedisSentinelConnection<String, String> connection) {
        RedisFuture<Map<String, String>> configuration = connection.async().master(master);
        RedisFuture<List<String>> address = connection
                .async()
                .dispatch(
                        CommandType.SENTINEL,
                        new ValueListOutput<>(StringCodec.UTF8),
                        new CommandArgs<>(StringCodec.UTF8)
                                .add("GET-MASTER-ADDR-BY-NAME")
                                .add(master));
        return configuration.toCompletableFuture().thenCombine(address.toCompletableFuture(), LettuceSentinel::reading);
    }

    private static SentinelReading reading(Map<String, String> configuration, List<String> address) {
        if (address.size() != 2) {
            return new SentinelReading.Silent("tells of no master");
        }
        String host = address.getFirst();
        try {
            int port = Integer.parseInt(address.getLast());
            long epoch = Long.parseLong(configuration.getOrDefault("config-epoch", ""));
            return host.isEmpty() || port < 1 || port > 65_535
                    ? new SentinelReading.Silent("tells of no master")
                    : new SentinelReading.Named(host, port, epoch);
        } catch (NumberFormatException _) {
            return new SentinelReading.Silent("tells of no master");
        }
    }
}
