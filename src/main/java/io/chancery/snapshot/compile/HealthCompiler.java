package io.chancery.snapshot.compile;

import com.google.protobuf.BoolValue;
import com.google.protobuf.UInt32Value;
import io.chancery.manifest.spec.UpstreamProtocol;
import io.envoyproxy.envoy.config.cluster.v3.OutlierDetection;
import io.envoyproxy.envoy.config.core.v3.HealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.GrpcHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.HttpHealthCheck;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.Payload;
import io.envoyproxy.envoy.config.core.v3.HealthCheck.TcpHealthCheck;
import io.envoyproxy.envoy.type.v3.CodecClientType;
import io.envoyproxy.envoy.type.v3.Int64Range;

/** How an Envoy finds out which endpoints serve. Pure functions. */
final class HealthCompiler {

    private HealthCompiler() {}

    /**
     * A check of every endpoint.
     *
     * <p>Envoy's own interval for a cluster without traffic is a minute, in which nobody would notice that the endpoints
     * are gone before the first request does: so that is the same as the others unless it is declared.
     */
    static HealthCheck check(io.chancery.manifest.spec.HealthCheck check, UpstreamProtocol protocol) {
        HealthCheck.Builder result = HealthCheck.newBuilder()
                .setTimeout(Values.duration(check.timeout()))
                .setInterval(Values.duration(check.interval()))
                .setNoTrafficInterval(Values.duration(check.noTrafficInterval().orElse(check.interval())))
                .setUnhealthyThreshold(Values.number(check.unhealthyThreshold()))
                .setHealthyThreshold(Values.number(check.healthyThreshold()));
        check.unhealthyInterval().ifPresent(interval -> result.setUnhealthyInterval(Values.duration(interval)));
        check.intervalJitter().ifPresent(jitter -> result.setIntervalJitter(Values.duration(jitter)));
        check.http().ifPresent(probe -> result.setHttpHealthCheck(http(probe, protocol)));
        check.tcp().ifPresent(probe -> result.setTcpHealthCheck(tcp(probe)));
        check.grpc().ifPresent(probe -> result.setGrpcHealthCheck(grpc(probe)));
        return result.build();
    }

    private static HttpHealthCheck http(
            io.chancery.manifest.spec.HealthCheck.HttpProbe probe, UpstreamProtocol protocol) {
        HttpHealthCheck.Builder check = HttpHealthCheck.newBuilder().setPath(probe.path());
        probe.host().ifPresent(check::setHost);
        // The end of Envoy's range is not in it.
        check.addExpectedStatuses(
                Int64Range.newBuilder().setStart(probe.statusFrom()).setEnd(probe.statusTo() + 1L));
        return switch (protocol) {
            case HTTP2 -> check.setCodecClientType(CodecClientType.HTTP2).build();
            case HTTP1, AUTO, TCP -> check.build();
        };
    }

    private static TcpHealthCheck tcp(io.chancery.manifest.spec.HealthCheck.TcpProbe probe) {
        TcpHealthCheck.Builder check = TcpHealthCheck.newBuilder();
        probe.send().ifPresent(hex -> check.setSend(payload(hex)));
        probe.receive().forEach(hex -> check.addReceive(payload(hex)));
        return check.build();
    }

    private static Payload payload(String hex) {
        return Payload.newBuilder().setText(hex).build();
    }

    private static GrpcHealthCheck grpc(io.chancery.manifest.spec.HealthCheck.GrpcProbe probe) {
        GrpcHealthCheck.Builder check = GrpcHealthCheck.newBuilder();
        probe.service().ifPresent(check::setServiceName);
        probe.authority().ifPresent(check::setAuthority);
        return check.build();
    }

    /**
     * When endpoints are taken out: for the declared reasons only. Envoy would look at success rates too, and would look
     * at gateway failures without taking anything out for them.
     */
    static OutlierDetection outliers(io.chancery.manifest.spec.OutlierDetection detection) {
        OutlierDetection.Builder result = OutlierDetection.newBuilder()
                .setEnforcingConsecutive5Xx(enforced(detection.consecutive5xx()))
                .setEnforcingConsecutiveGatewayFailure(enforced(detection.consecutiveGatewayFailure()))
                .setEnforcingSuccessRate(Values.number(0))
                .setInterval(Values.duration(detection.interval()))
                .setBaseEjectionTime(Values.duration(detection.baseEjectionTime()))
                .setMaxEjectionTime(Values.duration(detection.maxEjectionTime()))
                .setMaxEjectionPercent(Values.number(detection.maxEjectionPercent()))
                .setAlwaysEjectOneHost(BoolValue.of(true));
        if (detection.consecutive5xx() > 0) {
            result.setConsecutive5Xx(Values.number(detection.consecutive5xx()));
        }
        if (detection.consecutiveGatewayFailure() > 0) {
            result.setConsecutiveGatewayFailure(Values.number(detection.consecutiveGatewayFailure()));
        }
        return result.build();
    }

    private static UInt32Value enforced(int threshold) {
        return Values.number(threshold > 0 ? 100 : 0);
    }
}
