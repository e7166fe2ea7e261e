package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A check that Chancery itself runs against each registered endpoint; exactly one of tcp, http, grpc and redis. What it
 * finds goes to every Envoy as the endpoint's health status, where a {@link HealthCheck} is run by each Envoy for itself.
 */
public record Probe(
        @Field("connects, and may send and expect bytes") Optional<HealthCheck.TcpProbe> tcp,

        @Field("asks by HTTP/1.1 and follows no redirect") Optional<HttpExchange> http,

        @Field("asks by the gRPC health protocol") Optional<HealthCheck.GrpcProbe> grpc,
        @Field("asks a Redis for its role") Optional<RedisQuestion> redis,

        @Field("encrypts the probe; left out, as the tls of the service")
        Optional<UpstreamTls> tls,

        @Field("probes in clear although the service has tls")
        boolean plaintext,

        @Field(value = "is how long connecting and answering may take together, at most 1m", otherwise = "1s")
        Duration timeout,

        @Field(value = "is the time from one probe of an endpoint to the next, at least 100ms", otherwise = "10s")
        Duration interval,

        @Field("is the interval while an endpoint is unhealthy; left out, as interval")
        Optional<Duration> unhealthyInterval,

        @Field("makes each interval longer by up to this much, at random; left out, a tenth of it")
        Optional<Duration> intervalJitter,

        @Field(value = "is how many failures in a row make an endpoint unhealthy", otherwise = "3")
        int unhealthyThreshold,

        @Field(
                value = "is how many successes in a row make it healthy; one is enough where nothing is known of it",
                otherwise = "2")
        int healthyThreshold,

        @Field(value = "is how many probes may be under way to one IP address", otherwise = "8")
        int maxPerHost) {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);

    public Probe {
        Bounds.exactlyOne(
                Bounds.Given.of("tcp", tcp),
                Bounds.Given.of("http", http),
                Bounds.Given.of("grpc", grpc),
                Bounds.Given.of("redis", redis));
        if (plaintext && tls.isPresent()) {
            throw new InvalidValueException("plaintext", "must be left out where tls is given");
        }
        if (timeout.compareTo(Duration.ofMillis(1)) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new InvalidValueException("timeout", "must be 1ms to 1m, for example 1s");
        }
        checkInterval("interval", interval);
        unhealthyInterval.ifPresent(one -> checkInterval("unhealthyInterval", one));
        Bounds.duration("intervalJitter", intervalJitter);
        Bounds.range("unhealthyThreshold", unhealthyThreshold, 1, 1_000);
        Bounds.range("healthyThreshold", healthyThreshold, 1, 1_000);
        Bounds.range("maxPerHost", maxPerHost, 1, 1_000);
    }

    private static void checkInterval(String field, Duration interval) {
        Bounds.duration(field, interval);
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new InvalidValueException(field, "must be 100ms to 365d, for example 10s");
        }
    }

    /** The TLS of the probe of a service that has this one. */
    public Optional<UpstreamTls> tlsOf(Optional<UpstreamTls> service) {
        return plaintext ? Optional.empty() : tls.or(() -> service);
    }

    /** One request, and what its answer must be like. */
    public record HttpExchange(
            @Field(value = "is what is asked for", otherwise = "/")
            String path,

            @Field("is the Host header; left out, the service's name")
            Optional<String> host,

            @Field(value = "is the method of the request", otherwise = "GET")
            String method,

            @Field("are headers of the request, by name") SortedMap<String, String> headers,

            @Field(value = "is the first status that counts as healthy", otherwise = "200")
            int statusFrom,

            @Field(value = "is the last status that counts as healthy", otherwise = "200")
            int statusTo,

            @Field("must all be in the answer") List<HeaderMatch> expectHeaders,

            @Field("must be in the first 64 KiB of the answer, in UTF-8")
            Optional<String> bodyContains) {

        private static final Pattern METHOD = Pattern.compile("[A-Z]{1,20}");
        private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]{1,255}");

        /** Those that are not for asking how somebody is. */
        private static final Set<String> OTHER_METHODS = Set.of("CONNECT", "TRACE");

        /** Those by which the prober tells where its request ends. */
        private static final Set<String> FRAMING =
                Set.of("connection", "content-length", "transfer-encoding", "upgrade");

        public HttpExchange {
            if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c == '#' || c >= 127)) {
                throw new InvalidValueException("path", "must begin with / and have no blanks, for example /healthz");
            }
            Bounds.printable("path", path);
            host.ifPresent(name -> {
                if (!HOST.matcher(name).matches()) {
                    throw new InvalidValueException("host", "must be a host name, for example shop.example");
                }
            });
            if (!METHOD.matcher(method).matches() || OTHER_METHODS.contains(method)) {
                throw new InvalidValueException("method", "must be a method in capitals, for example GET or HEAD");
            }
            headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
            headers.forEach((name, value) -> {
                Headers.checkChangeable("headers", name);
                Headers.checkValue("headers", value);
                if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                    throw new InvalidValueException("headers", "must not have " + name + ", which the prober sets");
                }
            });
            Bounds.range("statusFrom", statusFrom, 100, 599);
            Bounds.range("statusTo", statusTo, statusFrom, 599);
            expectHeaders = List.copyOf(expectHeaders);
            Bounds.printable("bodyContains", bodyContains);
            if (bodyContains.isPresent() && method.equals("HEAD")) {
                throw new InvalidValueException("bodyContains", "must be left out where method is HEAD");
            }
        }
    }

    /** The secrets that it cannot do without. */
    List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        tls.map(UpstreamTls::references).ifPresent(references::addAll);
        redis.flatMap(RedisQuestion::password)
                .map(name -> new SpecReference(SpecReference.Kind.PASSWORD, name, "redis.password"))
                .ifPresent(references::add);
        return references;
    }

    /** What a Redis is asked, by its command {@code ROLE}. */
    public record RedisQuestion(
            @Field(value = "is the role that it must have", otherwise = "any")
            RedisRole role,

            @Field("is the user that Chancery is to it; left out, Redis' default user")
            Optional<String> user,

            @Field("is the Secret with that user's password, which is sent to each endpoint of the service")
            Optional<String> password) {

        public RedisQuestion {
            if (user.isPresent() && password.isEmpty()) {
                throw new InvalidValueException("user", "must be left out where there is no password");
            }
            Bounds.printable("user", user);
        }
    }
}
