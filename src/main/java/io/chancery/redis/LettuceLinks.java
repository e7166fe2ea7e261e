package io.chancery.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.spec.HostName;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.TlsVersion;
import io.chancery.manifest.spec.UpstreamTls;
import io.chancery.model.IpAddress;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import java.io.ByteArrayInputStream;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;

/** Ways by Lettuce. Connections are kept, and made anew by the next question after they failed. */
@ThreadSafe
final class LettuceLinks implements Links {

    private static final char[] NO_PASSWORD = {};

    private final Watched watched;
    private final RedisClient client;
    private final Executor workers;

    /** @param workers look up names, which may take its time */
    LettuceLinks(Watched watched, ClientResources resources, Executor workers) {
        this.watched = watched;
        this.client = RedisClient.create(resources);
        this.workers = workers;
        client.setOptions(options());
    }

    private ClientOptions options() {
        RedisMaster spec = watched.spec();
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false)
                // The older protocol needs no HELLO, which an old server or a narrow user would refuse.
                .protocolVersion(ProtocolVersion.RESP2)
                .pingBeforeActivateConnection(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(spec.timeout())
                        .keepAlive(true)
                        .build())
                .timeoutOptions(TimeoutOptions.enabled(spec.timeout()));
        spec.tls().ifPresent(tls -> options.sslOptions(ssl(tls)));
        return options.build();
    }

    private SslOptions ssl(UpstreamTls tls) {
        SslOptions.Builder options = SslOptions.builder()
                .jdkSslProvider()
                .handshakeTimeout(watched.spec().timeout())
                .protocols(protocols(tls.minVersion()));
        watched.ca().flatMap(SecretSpec::trustedCa).ifPresent(trusted -> options.trustManager(pem(trusted)));
        watched.certificate()
                .flatMap(SecretSpec::certificate)
                .ifPresent(own -> options.keyManager(pem(own.chain()), pem(own.key()), NO_PASSWORD));
        tls.sni()
                .ifPresent(name -> options.sslParameters(() -> {
                    SSLParameters parameters = new SSLParameters();
                    parameters.setServerNames(List.of(new SNIHostName(name)));
                    return parameters;
                }));
        return options.build();
    }

    private static String[] protocols(TlsVersion least) {
        return switch (least) {
            case V1_2 -> new String[] {"TLSv1.3", "TLSv1.2"};
            case V1_3 -> new String[] {"TLSv1.3"};
        };
    }

    private static SslOptions.Resource pem(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return () -> new ByteArrayInputStream(bytes);
    }

    /** The JDK holds a certificate against the name that was asked for, and there is none without an sni. */
    private SslVerifyMode verification(UpstreamTls tls) {
        if (watched.ca().isEmpty()) {
            return SslVerifyMode.NONE;
        }
        return tls.sni().isPresent() ? SslVerifyMode.FULL : SslVerifyMode.CA;
    }

    @Override
    public NodeLink node(HostName node) {
        return new LettuceNode(node, this);
    }

    @Override
    public SentinelLink sentinel(HostName sentinel, Runnable moved) {
        return new LettuceSentinel(sentinel, this, moved);
    }

    RedisClient client() {
        return client;
    }

    RedisMaster spec() {
        return watched.spec();
    }

    /** Where and as whom to connect to a node. */
    RedisURI toNode(IpAddress address, int port) {
        return uri(address, port, watched.spec().user(), watched.password().flatMap(SecretSpec::password));
    }

    /** Where and as whom to connect to a Sentinel. */
    RedisURI toSentinel(IpAddress address, int port) {
        return uri(
                address,
                port,
                watched.spec().sentinelUser(),
                watched.sentinelPassword().flatMap(SecretSpec::password));
    }

    private RedisURI uri(IpAddress address, int port, Optional<String> user, Optional<String> password) {
        RedisURI.Builder uri = RedisURI.builder()
                .withHost(address.value())
                .withPort(port)
                .withTimeout(watched.spec().timeout());
        watched.spec().tls().ifPresent(tls -> uri.withSsl(true).withVerifyPeer(verification(tls)));
        password.ifPresent(word -> {
            if (user.isPresent()) {
                uri.withAuthentication(user.get(), word);
            } else {
                uri.withPassword(word.toCharArray());
            }
        });
        return uri.build();
    }

    /** Looks up a name. */
    CompletableFuture<IpAddress> resolve(HostName host, Optional<IpAddress> before) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return Addresses.of(host, before);
                    } catch (UnknownHostException e) {
                        throw new CompletionException(e);
                    }
                },
                workers);
    }

    /** Ends a wait after the manifest's time, however it would have gone on. */
    <T> CompletableFuture<T> bounded(CompletableFuture<T> wait) {
        Duration timeout = watched.spec().timeout();
        // A copy: what comes after the end of the wait must still be seen by whoever cleans up.
        return wait.copy().orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    LinkFailure failure(Throwable cause) {
        return LinkFailure.of(cause, watched.spec().timeout());
    }

    @Override
    public void close() {
        var _ = client.shutdownAsync(0, 1, TimeUnit.SECONDS);
    }
}
