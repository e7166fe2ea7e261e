package io.chancery.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * A load that keeps its rate whatever the answers do: each request has its own thread, so a slow answer delays no other
 * request. Keeps every answer.
 */
public final class TestingLoad implements AutoCloseable {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("load-pace").factory());
    private final IntFunction<HttpRequest> requestOf;
    private final AtomicInteger sent = new AtomicInteger();
    private final long begun = System.nanoTime();
    private long elapsed;

    private TestingLoad(URI target, IntFunction<Map<String, String>> headers) {
        this.requestOf = number -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(target).timeout(REQUEST_TIMEOUT);
            headers.apply(number).forEach(request::header);
            return request.build();
        };
    }

    /**
     * One request's fate.
     *
     * @param startedNanos {@link System#nanoTime} before it was sent
     * @param text the body of a 200, otherwise what went wrong
     */
    public record Answer(long startedNanos, boolean succeeded, String text) {}

    /** Starts to send so many requests each second. */
    public static TestingLoad start(URI target, int perSecond) {
        return start(target, perSecond, _ -> Map.of());
    }

    /**
     * Starts to send so many requests each second.
     *
     * @param headers of each request by its number, from 0
     */
    public static TestingLoad start(URI target, int perSecond, IntFunction<Map<String, String>> headers) {
        TestingLoad load = new TestingLoad(target, headers);
        var _ = load.pace.scheduleAtFixedRate(
                () -> load.requests.execute(load::send),
                0,
                TimeUnit.SECONDS.toNanos(1) / perSecond,
                TimeUnit.NANOSECONDS);
        return load;
    }

    private void send() {
        long started = System.nanoTime();
        try {
            HttpResponse<String> response =
                    client.send(requestOf.apply(sent.getAndIncrement()), HttpResponse.BodyHandlers.ofString());
            boolean succeeded = response.statusCode() == 200;
            answers.add(new Answer(
                    started, succeeded, succeeded ? response.body() : response.statusCode() + " " + response.body()));
        } catch (IOException e) {
            answers.add(new Answer(started, false, e.toString()));
        } catch (InterruptedException e) {
            answers.add(new Answer(started, false, e.toString()));
            Thread.currentThread().interrupt();
        }
    }

    /** How many requests were answered so far. */
    public int count() {
        return answers.size();
    }

    /** Stops sending, waits for what is under way, and returns every answer. */
    public List<Answer> stop() {
        pace.close();
        elapsed = System.nanoTime() - begun;
        requests.close();
        client.close();
        return List.copyOf(answers);
    }

    /** How many requests were answered for each second from the start to {@link #stop}. */
    public double answeredPerSecond() {
        return answers.size() * (double) TimeUnit.SECONDS.toNanos(1) / elapsed;
    }

    /** Those that failed. */
    public static List<Answer> failures(List<Answer> answers) {
        return answers.stream().filter(answer -> !answer.succeeded()).toList();
    }

    @Override
    public void close() {
        pace.shutdownNow();
        requests.shutdownNow();
        client.shutdownNow();
    }
}
