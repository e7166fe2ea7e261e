package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import io.chancery.model.ServiceName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which requests, and what becomes of them. A request must match all that is given; exactly one action is given. */
public record Route(
        @Field("is what logs and metrics call it") Optional<String> name,
        @Field("is the path, exactly") Optional<String> path,

        @Field(
                "is what the path begins with: as whole segments, so that /app does not match /apple; left out with path and regex, every path matches")
        Optional<String> prefix,

        @Field("is a regular expression (RE2) for the whole path")
        Optional<String> regex,

        @Field(value = "path: the prefix counts in whole segments; text: as characters", otherwise = "path")
        PrefixMatch prefixMatch,

        @Field("are the methods; left out, all of them") List<String> methods,
        @Field("are headers that the request must have") List<HeaderMatch> headers,
        @Field("are query parameters that it must have") List<QueryMatch> query,

        @Field("is a part of the requests, which a runtime value can change")
        Optional<RuntimeFraction> fraction,

        @Field("takes the requests") Optional<String> service,
        @Field("take the requests, by weight") List<WeightedService> services,
        @Field("answers with another URL") Optional<Redirect> redirect,
        @Field("answers at once") Optional<Response> response,

        @Field("takes the place of the prefix, or of the path; without double slashes")
        Optional<String> rewrite,

        @Field("takes the place of the Host header") Optional<String> hostRewrite,
        @Field("are changed in the request") Optional<HeaderChanges> requestHeaders,
        @Field("are changed in the response") Optional<HeaderChanges> responseHeaders,

        @Field(value = "is how long the whole answer may take; 0s for ever", otherwise = "15s")
        Duration timeout,

        @Field("is how long the stream may be silent; left out, the listener's")
        Optional<Duration> idleTimeout,

        @Field("tries again") Optional<Retries> retries,

        @Field(
                "tells which requests go to the same endpoint, where the service has lbPolicy ring-hash or maglev; left out, an endpoint is chosen at random")
        List<HashPolicy> hashPolicy,

        @Field("limits the requests that each Envoy lets through")
        Optional<RateLimit> rateLimit,

        @Field("lets WebSocket connections through") boolean websocket,

        @Field(value = "chooses the service's limits", otherwise = "normal")
        Priority priority) {

    /** Answers what nothing else does. */
    static final Route NOT_FOUND = of(new Response(404, Optional.empty()));

    private static final int MAX_REPLACED = 90;
    private static final int MAX_METHODS = 90;
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");

    /** How a prefix is compared. */
    public enum PrefixMatch {
        PATH,
        TEXT
    }

    /** Which of a service's limits count. */
    public enum Priority {
        NORMAL,
        HIGH
    }

    public Route {
        Bounds.printable("name", name);
        Bounds.atMostOne(
                Bounds.Given.of("path", path), Bounds.Given.of("prefix", prefix), Bounds.Given.of("regex", regex));
        path.ifPresent(text -> Paths.check("path", text));
        prefix.ifPresent(text -> Paths.check("prefix", text));
        regex.ifPresent(text -> Patterns.check("regex", text));
        methods = List.copyOf(methods);
        if (methods.stream().distinct().mapToInt(method -> method.length() + 1).sum() > MAX_METHODS) {
            throw new InvalidValueException("methods", "must have less than " + MAX_METHODS + " characters together");
        }
        methods.forEach(method -> {
            if (!TOKEN.matcher(method).matches()) {
                throw new InvalidValueException("methods", "must be names of methods, for example GET");
            }
        });
        headers = List.copyOf(headers);
        query = List.copyOf(query);
        services = List.copyOf(services);
        hashPolicy = List.copyOf(hashPolicy);
        Bounds.exactlyOne(
                Bounds.Given.of("service", service),
                Bounds.Given.of("services", services),
                Bounds.Given.of("redirect", redirect),
                Bounds.Given.of("response", response));
        service.ifPresent(ServiceName::new);
        Target.checkServices(services);
        checkForwarding(
                new Forwarding(rewrite, hostRewrite, idleTimeout, retries, hashPolicy),
                service.isPresent() || !services.isEmpty());
        rewrite.ifPresent(text -> Paths.check("rewrite", text));
        checkReplacement("rewrite", rewrite, prefix);
        checkReplacement("redirect.prefix", redirect.flatMap(Redirect::prefix), prefix);
        if (rewrite.isPresent() && regex.isPresent()) {
            throw new InvalidValueException("rewrite", "must be left out where regex is given");
        }
        if (regex.isPresent() && redirect.flatMap(Redirect::prefix).isPresent()) {
            throw new InvalidValueException("redirect.prefix", "must be left out where regex is given");
        }
        Bounds.printable("hostRewrite", hostRewrite);
        if (!timeout.isZero()) {
            Bounds.duration("timeout", timeout);
        }
        Bounds.duration("idleTimeout", idleTimeout);
    }

    /** Envoy has no shorter way to this than an expression, and refuses long ones. */
    private static void checkReplacement(String field, Optional<String> replacement, Optional<String> prefix) {
        if (replacement.filter(text -> text.endsWith("/")).isPresent()
                && prefix.filter(text -> !text.endsWith("/") && text.length() > MAX_REPLACED)
                        .isPresent()) {
            throw new InvalidValueException(
                    field, "must not end in / where prefix has more than " + MAX_REPLACED + " characters");
        }
    }

    /** What has no meaning where a request goes to no service. */
    private record Forwarding(
            Optional<String> rewrite,
            Optional<String> hostRewrite,
            Optional<Duration> idleTimeout,
            Optional<Retries> retries,
            List<HashPolicy> hashPolicy) {}

    private static void checkForwarding(Forwarding forwarding, boolean forwards) {
        if (!forwards) {
            Stream.of(
                            Bounds.Given.of("rewrite", forwarding.rewrite()),
                            Bounds.Given.of("hostRewrite", forwarding.hostRewrite()),
                            Bounds.Given.of("idleTimeout", forwarding.idleTimeout()),
                            Bounds.Given.of("retries", forwarding.retries()),
                            Bounds.Given.of("hashPolicy", forwarding.hashPolicy()))
                    .filter(Bounds.Given::given)
                    .findFirst()
                    .ifPresent(one -> {
                        throw new InvalidValueException(
                                one.field(), "must be left out where requests go to no service");
                    });
        }
    }

    static Route of(Response response) {
        return new Route(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                PrefixMatch.PATH,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.of(response),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(15),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                false,
                Priority.NORMAL);
    }

    void addReferences(String at, List<SpecReference> references) {
        service.ifPresent(name -> references.add(new SpecReference(SpecReference.Kind.SERVICE, name, at + ".service")));
        for (int i = 0; i < services.size(); i++) {
            references.add(new SpecReference(
                    SpecReference.Kind.SERVICE, services.get(i).service(), at + ".services[" + i + "].service"));
        }
    }
}
