package io.chancery.testing;

import io.chancery.ChanceryApplication;
import io.chancery.model.Endpoint;
import io.chancery.model.HostPort;
import io.chancery.model.ServiceName;
import io.chancery.registry.EndpointRegistry;
import io.chancery.registry.Precondition;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.grpc.server.lifecycle.GrpcServerStartedEvent;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole server in this process, on free ports; with a store that forgets unless it is given a directory. */
public final class TestingApplication implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(70);

    private final ConfigurableApplicationContext context;
    private final ManagedChannel channel;
    private final URI api;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int xdsPort;

    private TestingApplication(ApplicationContextInitializer<ConfigurableApplicationContext> more, String... options) {
        List<String> all = new ArrayList<>(List.of("--server.port=0", "--chancery.xds.port=0"));
        if (Stream.of(options).noneMatch(option -> option.startsWith("--chancery.data="))) {
            all.add("--chancery.store=memory");
        }
        all.addAll(List.of(options));
        this.context = new SpringApplicationBuilder(ChanceryApplication.class)
                .initializers(more)
                .listeners((ApplicationListener<GrpcServerStartedEvent>) event -> xdsPort = event.getPort())
                .run(all.toArray(String[]::new));
        this.api = URI.create("http://127.0.0.1:"
                + Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
        this.channel = NettyChannelBuilder.forTarget("dns:///127.0.0.1:" + xdsPort)
                .usePlaintext()
                .build();
    }

    /** Starts it with these options, as on the command line. */
    public static TestingApplication start(String... options) {
        return new TestingApplication(_ -> {}, options);
    }

    /** The same; what goes by the time of day, and can be told it, is told this one. */
    public static TestingApplication startAt(InstantSource clock, String... options) {
        return new TestingApplication(
                context -> context.getBeanFactory().registerSingleton("timeOfDay", clock), options);
    }

    public int xdsPort() {
        return xdsPort;
    }

    /** Registers an endpoint, of a service that need not exist. */
    public void register(String service, String target) {
        part(EndpointRegistry.class)
                .register(new ServiceName(service), Endpoint.of(HostPort.parse(target)), Precondition.NONE);
    }

    /** To its xDS port. */
    public ManagedChannel channel() {
        return channel;
    }

    /** One of its parts. */
    public <T> T part(Class<T> type) {
        return context.getBean(type);
    }

    /** Connects a node. */
    public TestingNode node(String id) {
        return TestingNode.connect(channel, id);
    }

    /** Sends a request with a body, JSON unless the headers say otherwise, and returns whatever is answered. */
    public HttpResponse<String> send(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty() && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends a GET and returns the JSON that is answered, whatever the status. */
    public JsonNode get(String path) {
        return JSON.readTree(send("GET", path, "").body());
    }

    /** Declares a manifest; anything but success is an error. */
    public JsonNode put(String path, String body, String... headers) {
        HttpResponse<String> answer = send("PUT", path, body, headers);
        if (answer.statusCode() >= 300) {
            throw new AssertionError(path + " is answered " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
        channel.shutdownNow();
        try {
            channel.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        context.close();
    }
}
