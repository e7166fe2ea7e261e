package io.chancery.snapshot.compile;

import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A model of how Envoy chooses a route and rewrites a path, as far as compiled tables make use of it. */
final class EnvoyRouting {

    private EnvoyRouting() {}

    /** A request, with what may decide about its route. */
    record Request(String method, String path, Map<String, String> headers, Map<String, String> query) {}

    /** The first route that matches: Envoy looks no further. */
    static Optional<Route> choose(List<Route> routes, Request request) {
        return routes.stream()
                .filter(route -> matches(route.getMatch(), request))
                .findFirst();
    }

    static boolean matches(RouteMatch match, Request request) {
        return matchesPath(match, request.path())
                && match.getHeadersList().stream().allMatch(header -> matches(header, request))
                && match.getQueryParametersList().stream().allMatch(parameter -> matches(parameter, request));
    }

    private static boolean matchesPath(RouteMatch match, String path) {
        return switch (match.getPathSpecifierCase()) {
            case PATH -> path.equals(match.getPath());
            case PREFIX -> path.startsWith(match.getPrefix());
            case PATH_SEPARATED_PREFIX ->
                path.equals(match.getPathSeparatedPrefix()) || path.startsWith(match.getPathSeparatedPrefix() + '/');
            case SAFE_REGEX -> path.matches(match.getSafeRegex().getRegex());
            case CONNECT_MATCHER, PATH_MATCH_POLICY, PATHSPECIFIER_NOT_SET -> throw new AssertionError(match);
        };
    }

    private static boolean matches(HeaderMatcher matcher, Request request) {
        Optional<String> value = matcher.getName().equals(":method")
                ? Optional.of(request.method())
                : Optional.ofNullable(request.headers().get(matcher.getName()));
        if (matcher.hasPresentMatch()) {
            return value.isPresent() != matcher.getInvertMatch();
        }
        if (value.isEmpty() && !matcher.getTreatMissingHeaderAsEmpty()) {
            return false;
        }
        return matches(matcher.getStringMatch(), value.orElse("")) != matcher.getInvertMatch();
    }

    private static boolean matches(QueryParameterMatcher matcher, Request request) {
        Optional<String> value = Optional.ofNullable(request.query().get(matcher.getName()));
        return matcher.hasPresentMatch()
                ? value.isPresent()
                : value.filter(text -> matches(matcher.getStringMatch(), text)).isPresent();
    }

    private static boolean matches(StringMatcher matcher, String text) {
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> text.equals(matcher.getExact());
            case PREFIX -> text.startsWith(matcher.getPrefix());
            case SUFFIX -> text.endsWith(matcher.getSuffix());
            case CONTAINS -> text.contains(matcher.getContains());
            case SAFE_REGEX -> text.matches(matcher.getSafeRegex().getRegex());
            case CUSTOM, MATCHPATTERN_NOT_SET -> throw new AssertionError(matcher);
        };
    }

    /** The path that the upstream sees. */
    static String rewritten(Route route, String path) {
        RouteAction action = route.getRoute();
        if (action.hasRegexRewrite()) {
            RegexMatchAndSubstitute rewrite = action.getRegexRewrite();
            return Pattern.compile(rewrite.getPattern().getRegex())
                    .matcher(path)
                    .replaceAll(Matcher.quoteReplacement(rewrite.getSubstitution()));
        }
        return action.getPrefixRewrite().isEmpty()
                ? path
                : action.getPrefixRewrite()
                        + path.substring(matched(route.getMatch()).length());
    }

    private static String matched(RouteMatch match) {
        return match.getPath() + match.getPrefix() + match.getPathSeparatedPrefix();
    }
}
