package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What tells which customer a request is from; exactly one is given. */
public record CustomerKey(
        @Field("is the header whose value is the customer") Optional<String> header,
        @Field("is the cookie whose value is the customer") Optional<String> cookie,

        @Field("is the query parameter whose value is the customer, as it is spelled")
        Optional<String> query,

        @Field("is a claim of a token that the listener has verified")
        Optional<JwtClaim> jwtClaim,

        @Field("takes the server name of the TLS connection (SNI)")
        boolean sni,

        @Field("takes the first URI, or else the first DNS name, in the client's certificate")
        boolean certificateSan,

        @Field("takes the client's IP address") boolean sourceAddress) {

    /** What the names of the headers begin with that no request keeps. */
    private static final List<String> TAKEN_AWAY = List.of("x-shard-", "x-target-");

    public CustomerKey {
        Bounds.exactlyOne(
                Bounds.Given.of("header", header),
                Bounds.Given.of("cookie", cookie),
                Bounds.Given.of("query", query),
                Bounds.Given.of("jwtClaim", jwtClaim),
                new Bounds.Given("sni", sni),
                new Bounds.Given("certificateSan", certificateSan),
                new Bounds.Given("sourceAddress", sourceAddress));
        header.ifPresent(CustomerKey::checkHeader);
        cookie.ifPresent(name -> HashPolicy.Cookie.checkName("cookie", name));
        Bounds.printable("query", query);
    }

    private static void checkHeader(String name) {
        Headers.checkName("header", name);
        String lower = name.toLowerCase(Locale.ROOT);
        if (TAKEN_AWAY.stream().anyMatch(lower::startsWith)) {
            throw new InvalidValueException(
                    "header", "must not begin with x-shard- or x-target-: these are taken from every request");
        }
    }

    /** A claim of a token that the listener verifies; where it does not, no request has a customer. */
    public record JwtClaim(
            @Field("is the name of the listener's jwt that verifies the token")
            String provider,

            @Field(value = "is the claim's name", otherwise = "sub")
            String claim) {

        public JwtClaim {
            Bounds.printable("provider", provider);
            Bounds.printable("claim", claim);
        }
    }
}
