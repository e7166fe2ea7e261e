package io.chancery.fleet;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Node;
import io.chancery.xds.ClientStreams;
import io.chancery.xds.StreamDetail;
import io.envoyproxy.envoy.service.status.v3.ClientStatusDiscoveryServiceGrpc.ClientStatusDiscoveryServiceImplBase;
import io.envoyproxy.envoy.service.status.v3.ClientStatusRequest;
import io.envoyproxy.envoy.service.status.v3.ClientStatusResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The client status discovery service: what each node has, for Envoy's own tools. */
@ThreadSafe
final class ClientStatusService extends ClientStatusDiscoveryServiceImplBase implements AutoCloseable {

    /*
     * Concurrency
     * -----------
     * Calls come in on event loops, which must not wait for what other event loops say of their streams: answers are made
     * by a few threads of this service. A stream has one request under way; the next is taken when that is answered.
     */

    static final long MAX_BYTES = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ClientStatusService.class);
    private static final int THREADS = 2;
    private static final int MAX_QUEUED = 100;

    private final ClientStreams streams;
    private final ThreadPoolExecutor threads;

    ClientStatusService(ClientStreams streams) {
        this.streams = streams;
        this.threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                Thread.ofPlatform().name("chancery-csds-", 0).daemon().factory());
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public void fetchClientStatus(ClientStatusRequest request, StreamObserver<ClientStatusResponse> answers) {
        ServerCallStreamObserver<ClientStatusResponse> call = call(answers);
        later(call, () -> {
            call.onNext(answerTo(request));
            call.onCompleted();
        });
    }

    @Override
    public StreamObserver<ClientStatusRequest> streamClientStatus(StreamObserver<ClientStatusResponse> answers) {
        ServerCallStreamObserver<ClientStatusResponse> call = call(answers);
        call.disableAutoRequest();
        call.request(1);
        return new Session(call);
    }

    /** Without a handler an answer to a client that has gone would be an error. */
    private static ServerCallStreamObserver<ClientStatusResponse> call(StreamObserver<ClientStatusResponse> answers) {
        ServerCallStreamObserver<ClientStatusResponse> call = (ServerCallStreamObserver<ClientStatusResponse>) answers;
        call.setOnCancelHandler(() -> LOG.debug("A client status request was cancelled"));
        return call;
    }

    /** A stream of requests. The client may end its side while its last request is being answered. */
    private final class Session implements StreamObserver<ClientStatusRequest> {

        private final ServerCallStreamObserver<ClientStatusResponse> call;

        @GuardedBy("this")
        private boolean answering;

        @GuardedBy("this")
        private boolean ended;

        Session(ServerCallStreamObserver<ClientStatusResponse> call) {
            this.call = call;
        }

        @Override
        public synchronized void onNext(ClientStatusRequest request) {
            answering = true;
            later(call, () -> answer(answerTo(request)));
        }

        private synchronized void answer(ClientStatusResponse response) {
            answering = false;
            call.onNext(response);
            if (ended) {
                call.onCompleted();
            } else {
                call.request(1);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            LOG.debug("A client status stream ended", thrown);
        }

        @Override
        public synchronized void onCompleted() {
            ended = true;
            if (!answering) {
                call.onCompleted();
            }
        }
    }

    private void later(StreamObserver<ClientStatusResponse> answers, Runnable task) {
        try {
            threads.execute(() -> attempt(answers, task));
        } catch (RejectedExecutionException e) {
            answers.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("too many client status requests at once; try again")
                    .asRuntimeException());
        }
    }

    private static void attempt(StreamObserver<ClientStatusResponse> answers, Runnable task) {
        try {
            task.run();
        } catch (InvalidValueException e) {
            answers.onError(Status.INVALID_ARGUMENT
                    .withDescription(e.field() + " " + e.reason())
                    .asRuntimeException());
        } catch (TooMuchException e) {
            answers.onError(Status.RESOURCE_EXHAUSTED
                    .withDescription("more than " + MAX_BYTES
                            + " bytes of resources; narrow node_matchers or set exclude_resource_contents")
                    .asRuntimeException());
        } catch (RuntimeException e) {
            LOG.error("A client status request failed", e);
            answers.onError(
                    Status.INTERNAL.withDescription("error in the server").asRuntimeException());
        }
    }

    private ClientStatusResponse answerTo(ClientStatusRequest request) {
        Predicate<Node> matching = NodeMatching.any(request.getNodeMatchersList());
        Map<String, List<StreamDetail>> byNode = new TreeMap<>();
        for (StreamDetail stream : streams.details(matching)) {
            byNode.computeIfAbsent(stream.status().node().id(), _ -> new ArrayList<>())
                    .add(stream);
        }
        ClientConfigs configs = new ClientConfigs(
                request.getExcludeResourceContents()
                        ? ClientConfigs.Contents.EXCLUDED
                        : ClientConfigs.Contents.INCLUDED);
        ClientStatusResponse.Builder response = ClientStatusResponse.newBuilder();
        for (List<StreamDetail> ofNode : byNode.values()) {
            response.addConfig(configs.render(ofNode.getLast().status().node(), ofNode));
            if (configs.bytes() > MAX_BYTES) {
                throw new TooMuchException();
            }
        }
        return response.build();
    }

    /** An answer would be too large. */
    private static final class TooMuchException extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
