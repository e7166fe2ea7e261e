package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Part of what decides about a request's endpoint, where its service hashes; exactly one of the first four is given. */
public record HashPolicy(
        @Field("is the header whose value counts") Optional<String> header,
        @Field("is the cookie whose value counts") Optional<Cookie> cookie,
        @Field("is the query parameter whose value counts") Optional<String> query,
        @Field("lets the client's address count") boolean sourceAddress,

        @Field("leaves out those that follow where a request has a value by then")
        boolean terminal) {

    public HashPolicy {
        Bounds.exactlyOne(
                Bounds.Given.of("header", header),
                Bounds.Given.of("cookie", cookie),
                Bounds.Given.of("query", query),
                new Bounds.Given("sourceAddress", sourceAddress));
        header.ifPresent(name -> Headers.checkName("header", name));
        Bounds.printable("query", query);
    }

    /** A cookie, which Envoy can make where a client has none. */
    public record Cookie(
            @Field("is the cookie's name") String name,

            @Field(
                    "makes Envoy give a cookie to clients that have none, for so many seconds; 0s for as long as the browser runs")
            Optional<Duration> ttl,

            @Field("is the path that the cookie is made for")
            Optional<String> path) {

        /** Source: RFC 6265, section 4.1.1. */
        private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

        public Cookie {
            checkName("name", name);
            ttl.ifPresent(Cookie::checkTtl);
            if (path.isPresent() && ttl.isEmpty()) {
                throw new InvalidValueException("path", "must be left out where ttl is, as Envoy makes no cookie then");
            }
            path.ifPresent(text -> {
                Paths.check("path", text);
                if (text.contains(";")) {
                    throw new InvalidValueException("path", "must not have a ; in it");
                }
            });
        }

        static void checkName(String field, String name) {
            if (!NAME.matcher(name).matches()) {
                throw new InvalidValueException(field, "must be the name of a cookie, for example shop-session");
            }
        }

        /** Envoy would take half a second for a cookie that ends with the browser. */
        private static void checkTtl(Duration ttl) {
            if (!ttl.isZero()) {
                Bounds.duration("ttl", ttl);
            }
            if (ttl.toNanosPart() != 0) {
                throw new InvalidValueException("ttl", "must be whole seconds, for example 1h");
            }
        }
    }
}
