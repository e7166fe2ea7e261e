package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.HeaderMatch;
import io.chancery.manifest.spec.QueryMatch;
import io.chancery.manifest.spec.Route;
import io.chancery.manifest.spec.RouteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The order in which Envoy tries routes, of which the first that matches counts. By specificity that is, each only where
 * those before do not decide:
 *
 * <ol>
 *   <li>exact paths, then regular expressions, then prefixes. An expression goes before prefixes because a catch-all of
 *       {@code /} would leave it nothing;
 *   <li>the longer expression or prefix, and a prefix of whole segments before the same as text;
 *   <li>more conditions: methods as a whole are one, each header is one, each query parameter is one;
 *   <li>closer conditions: an exact value, then a part or a pattern, then mere presence, then anything but;
 *   <li>fewer methods;
 *   <li>a part of the requests before all of them;
 *   <li>the order in which they were written.
 * </ol>
 */
final class RouteRanking {

    private static final Comparator<Route> MOST_SPECIFIC_FIRST = Comparator.comparing(RouteRanking::kind)
            .thenComparing(Comparator.comparingInt(RouteRanking::length).reversed())
            .thenComparing(Route::prefixMatch)
            .thenComparing(Comparator.comparingInt(RouteRanking::conditions).reversed())
            .thenComparing(Comparator.comparingInt(RouteRanking::closeness).reversed())
            .thenComparingLong(route -> route.methods().stream().distinct().count())
            .thenComparing(route -> route.fraction().isEmpty());

    /** Kinds of paths, in their order. */
    private enum PathKind {
        EXACT,
        REGEX,
        PREFIX
    }

    private RouteRanking() {}

    static List<Route> ranked(List<Route> routes, RouteOrder order) {
        return switch (order) {
            case LISTED -> routes;
            case SPECIFIC -> routes.stream().sorted(MOST_SPECIFIC_FIRST).toList();
        };
    }

    private static PathKind kind(Route route) {
        if (route.path().isPresent()) {
            return PathKind.EXACT;
        }
        return route.regex().isPresent() ? PathKind.REGEX : PathKind.PREFIX;
    }

    /** No request has two paths, so that of exact ones none is before another. */
    private static int length(Route route) {
        return switch (kind(route)) {
            case EXACT -> 0;
            case REGEX -> route.regex().orElseThrow().length();
            case PREFIX -> route.prefix().orElse("/").length();
        };
    }

    private static int conditions(Route route) {
        return (route.methods().isEmpty() ? 0 : 1)
                + route.headers().size()
                + route.query().size();
    }

    private static int closeness(Route route) {
        return route.headers().stream().mapToInt(RouteRanking::ofHeader).sum()
                + route.query().stream().mapToInt(RouteRanking::ofParameter).sum();
    }

    private static int ofHeader(HeaderMatch header) {
        if (header.invert()) {
            return 0;
        }
        if (header.exact().isPresent()) {
            return 3;
        }
        return Stream.of(header.prefix(), header.suffix(), header.contains(), header.regex())
                        .anyMatch(Optional::isPresent)
                ? 2
                : 1;
    }

    private static int ofParameter(QueryMatch query) {
        if (query.exact().isPresent()) {
            return 3;
        }
        return query.regex().isPresent() ? 2 : 1;
    }
}
