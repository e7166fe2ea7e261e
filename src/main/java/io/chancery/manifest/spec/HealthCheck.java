package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A check that each Envoy runs against each endpoint; exactly one of http, tcp and grpc. */
public record HealthCheck(
        @Field("asks by HTTP") Optional<HttpProbe> http,
        @Field("connects, and may send and expect bytes") Optional<TcpProbe> tcp,
        @Field("asks by the gRPC health protocol") Optional<GrpcProbe> grpc,

        @Field(value = "is how long an answer may take", otherwise = "1s")
        Duration timeout,

        @Field(value = "is the time between two checks", otherwise = "5s")
        Duration interval,

        @Field("is the interval while there was no traffic yet; left out, as interval (Envoy's own is 60s)")
        Optional<Duration> noTrafficInterval,

        @Field("is the interval while an endpoint is unhealthy; left out, as interval")
        Optional<Duration> unhealthyInterval,

        @Field("spreads the checks by up to this much") Optional<Duration> intervalJitter,

        @Field(value = "is how many failures make an endpoint unhealthy", otherwise = "3")
        int unhealthyThreshold,

        @Field(value = "is how many successes make it healthy", otherwise = "1")
        int healthyThreshold) {

    public HealthCheck {
        Bounds.exactlyOne(Bounds.Given.of("http", http), Bounds.Given.of("tcp", tcp), Bounds.Given.of("grpc", grpc));
        Bounds.duration("timeout", timeout);
        Bounds.duration("interval", interval);
        Bounds.duration("noTrafficInterval", noTrafficInterval);
        Bounds.duration("unhealthyInterval", unhealthyInterval);
        Bounds.duration("intervalJitter", intervalJitter);
        Bounds.range("unhealthyThreshold", unhealthyThreshold, 1, 1_000);
        Bounds.range("healthyThreshold", healthyThreshold, 1, 1_000);
    }

    /** One request. */
    public record HttpProbe(
            @Field(value = "is what is asked for", otherwise = "/")
            String path,

            @Field("is the Host header; left out, the service's name")
            Optional<String> host,

            @Field(value = "is the first status that counts as healthy", otherwise = "200")
            int statusFrom,

            @Field(value = "is the last status that counts as healthy", otherwise = "200")
            int statusTo) {

        public HttpProbe {
            if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c == '#' || c >= 127)) {
                throw new InvalidValueException("path", "must begin with / and have no blanks, for example /healthz");
            }
            Bounds.printable("path", path);
            Bounds.printable("host", host);
            Bounds.range("statusFrom", statusFrom, 100, 599);
            Bounds.range("statusTo", statusTo, statusFrom, 599);
        }
    }

    /** A connection, and what is said over it. */
    public record TcpProbe(
            @Field("is sent, in hexadecimal; left out, connecting is enough")
            Optional<String> send,

            @Field("are byte sequences that must come back, in this order, in hexadecimal")
            List<String> receive) {

        private static final Pattern HEX = Pattern.compile("(?:[0-9a-fA-F]{2}){1,1024}");

        public TcpProbe {
            receive = List.copyOf(receive);
            send.ifPresent(text -> checkHex("send", text));
            receive.forEach(text -> checkHex("receive", text));
        }

        private static void checkHex(String field, String text) {
            if (!HEX.matcher(text).matches()) {
                throw new InvalidValueException(field, "must be pairs of hexadecimal digits, for example 50494e470d0a");
            }
        }
    }

    /** One call of {@code grpc.health.v1.Health/Check}. */
    public record GrpcProbe(
            @Field("is asked about; left out, the server as a whole")
            Optional<String> service,

            @Field("is the name of the host that is asked; left out, the service's name")
            Optional<String> authority) {

        private static final Pattern AUTHORITY = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

        public GrpcProbe {
            Bounds.printable("service", service);
            authority.ifPresent(name -> {
                if (!AUTHORITY.matcher(name).matches()) {
                    throw new InvalidValueException("authority", "must be a host name, for example shop.example");
                }
            });
        }
    }
}
