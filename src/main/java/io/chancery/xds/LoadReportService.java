package io.chancery.xds;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.protobuf.Duration;
import io.chancery.model.Node;
import io.envoyproxy.envoy.service.load_stats.v3.LoadReportingServiceGrpc;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsRequest;
import io.envoyproxy.envoy.service.load_stats.v3.LoadStatsResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.time.InstantSource;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the load reports of clients (LRS): asks each for them when its stream begins and again when its clusters have
 * become others, and keeps what comes in {@link LoadReports}. Safe for use by any thread.
 *
 * <p>Its streams count among those of the engine, grow as old, and end with them.
 */
@ThreadSafe
final class LoadReportService implements ServerCallHandler<Optional<LoadStatsRequest>, LoadStatsResponse> {

    private static final Logger LOG = LoggerFactory.getLogger(LoadReportService.class);

    private final XdsEngine engine;
    private final LoadReports reports;
    private final Function<Node, NavigableSet<String>> clusters;
    private final Wish wish;
    private final InstantSource clock;
    private final LoadReportMetrics metrics;
    private final Set<Call> calls = ConcurrentHashMap.newKeySet();

    /**
     * What clients are asked for.
     *
     * @param interval how often they are to report
     * @param byEndpoint whether they are to report of each endpoint too
     */
    record Wish(java.time.Duration interval, boolean byEndpoint) {}

    /**
     * Makes the service.
     *
     * @param clusters the names of the clusters that a node has
     */
    LoadReportService(
            XdsEngine engine,
            LoadReports reports,
            Function<Node, NavigableSet<String>> clusters,
            Wish wish,
            InstantSource clock,
            LoadReportMetrics metrics) {
        this.engine = engine;
        this.reports = reports;
        this.clusters = clusters;
        this.wish = wish;
        this.clock = clock;
        this.metrics = metrics;
    }

    ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder(LoadReportingServiceGrpc.SERVICE_NAME)
                .addMethod(
                        LoadReportingServiceGrpc.getStreamLoadStatsMethod().toBuilder(
                                        new RequestMarshaller<>(LoadStatsRequest.getDefaultInstance()),
                                        ProtoUtils.marshaller(LoadStatsResponse.getDefaultInstance()))
                                .build(),
                        this)
                .build();
    }

    @Override
    public ServerCall.Listener<Optional<LoadStatsRequest>> startCall(
            ServerCall<Optional<LoadStatsRequest>, LoadStatsResponse> serverCall, Metadata headers) {
        Optional<Status> refusal = engine.admit();
        if (refusal.isPresent()) {
            serverCall.close(refusal.get(), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        Call call = new Call(serverCall, engine.partition());
        call.partition.run(call::open);
        return call;
    }

    /** Ends all streams; the engine no longer admits others. */
    void drain() {
        calls.forEach(call -> call.partition.run(() -> call.close(XdsEngine.DRAINING)));
    }

    /** The events of one call, on its partition's thread. */
    private final class Call extends ServerCall.Listener<Optional<LoadStatsRequest>> {

        private final ServerCall<Optional<LoadStatsRequest>, LoadStatsResponse> call;
        private final Partition partition;
        private final Pace pace = new Pace();
        private @Nullable ClientNode client;
        private LoadStatsResponse asked = LoadStatsResponse.getDefaultInstance();
        private @Nullable Future<?> end;
        private boolean retired;
        private boolean ended;

        Call(ServerCall<Optional<LoadStatsRequest>, LoadStatsResponse> call, Partition partition) {
            this.call = call;
            this.partition = partition;
        }

        void open() {
            metrics.opened();
            calls.add(this);
            if (engine.isDraining()) {
                close(XdsEngine.DRAINING);
                return;
            }
            engine.drawAge().ifPresent(age -> end = partition.timer(age, this::retire));
            call.sendHeaders(new Metadata());
            call.request(1);
        }

        @Override
        public void onMessage(Optional<LoadStatsRequest> request) {
            partition.run(() -> {
                try {
                    request.ifPresentOrElse(this::take, () -> close(DiscoveryCallHandler.UNREADABLE));
                } catch (RuntimeException e) {
                    LOG.error("A stream of load reports ends because of an error in the server", e);
                    close(Status.INTERNAL.withDescription("error in the server"));
                }
            });
        }

        @Override
        public void onHalfClose() {
            partition.run(() -> close(Status.OK));
        }

        @Override
        public void onCancel() {
            partition.run(this::forget);
        }

        @Override
        public void onComplete() {
            partition.run(this::forget);
        }

        private void take(LoadStatsRequest request) {
            if (ended) {
                return;
            }
            ClientNode known = client;
            if (known == null) {
                known = NodeReader.read(request.getNode());
                if (known.node().id().isEmpty()) {
                    close(DiscoveryCallHandler.NO_NODE);
                    return;
                }
                client = known;
                reports.opened(known.node().id());
                LOG.info(
                        "Load reports begin node={}",
                        Texts.printable(known.node().id()));
            }
            reports.add(known.node().id(), LoadReportReader.read(request, clock.instant()));
            metrics.received(request.getClusterStatsCount());
            ask(known);
            if (retired) {
                close(Ending.TOO_OLD);
                return;
            }
            Optional<java.time.Duration> wait = pace.afterRequest(request.getSerializedSize());
            if (wait.isPresent()) {
                Future<?> _ = partition.timer(wait.get(), () -> call.request(1));
            } else {
                call.request(1);
            }
        }

        /** What is not yet asked, or no longer right, is asked. */
        private void ask(ClientNode known) {
            java.time.Duration interval = wish.interval();
            LoadStatsResponse.Builder response = LoadStatsResponse.newBuilder()
                    .setReportEndpointGranularity(wish.byEndpoint())
                    .setLoadReportingInterval(Duration.newBuilder()
                            .setSeconds(interval.getSeconds())
                            .setNanos(interval.getNano()));
            if (known.features().contains(ClientNode.ALL_CLUSTERS_LOAD)) {
                response.setSendAllClusters(true);
            } else {
                response.addAllClusters(clusters.apply(known.node()));
            }
            LoadStatsResponse next = response.build();
            if (!next.equals(asked)) {
                asked = next;
                call.sendMessage(next);
            }
        }

        private void retire() {
            retired = true;
            if (client != null) {
                close(Ending.TOO_OLD);
            }
        }

        private void close(Status status) {
            if (!ended) {
                forget();
                call.close(status, new Metadata());
            }
        }

        private void forget() {
            if (ended) {
                return;
            }
            ended = true;
            calls.remove(this);
            if (end != null) {
                end.cancel(false);
            }
            metrics.closed();
            engine.release();
            if (client != null) {
                reports.closed(client.node().id());
                LOG.info(
                        "Load reports end node={}",
                        Texts.printable(client.node().id()));
            }
        }
    }
}
