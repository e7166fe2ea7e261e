package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The routes of some domains. */
public record VirtualHost(
        @Field("is what logs and metrics call it") String name,

        @Field(value = "are those that it answers for: example.com, *.example.com, or * for all", otherwise = "*")
        List<String> domains,

        @Field("are what requests are held against") List<Route> routes,
        @Field("are changed in every request") Optional<HeaderChanges> requestHeaders,
        @Field("are changed in every response") Optional<HeaderChanges> responseHeaders,

        @Field("are path prefixes that are answered with 403, in every spelling")
        List<String> block,

        @Field("limits the requests that each Envoy lets through")
        Optional<RateLimit> rateLimit) {

    private static final Pattern DOMAIN = Pattern.compile("\\*|\\*?[A-Za-z0-9._:\\[\\]-]+|[A-Za-z0-9._-]+\\*");

    public VirtualHost {
        Bounds.printable("name", name);
        Bounds.notEmpty("domains", domains);
        domains = List.copyOf(domains);
        domains.forEach(domain -> {
            if (domain.length() > 300 || !DOMAIN.matcher(domain).matches()) {
                throw new InvalidValueException(
                        "domains", "must be host names, for example example.com, *.example.com, example.* or *");
            }
        });
        Bounds.distinct("domains", domains);
        Bounds.notEmpty("routes", routes);
        routes = List.copyOf(routes);
        block = Paths.checked("block", block);
    }

    static VirtualHost ofEveryDomain(List<Route> routes) {
        // A listener that only redirects has none.
        List<Route> all = routes.isEmpty() ? List.of(Route.NOT_FOUND) : routes;
        return new VirtualHost(
                "all", List.of("*"), all, Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    }

    void addReferences(String path, List<SpecReference> references) {
        for (int i = 0; i < routes.size(); i++) {
            routes.get(i).addReferences(path + ".routes[" + i + ']', references);
        }
    }
}
