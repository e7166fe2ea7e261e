package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.HeaderMatch;
import io.chancery.manifest.spec.QueryMatch;
import io.chancery.manifest.spec.Route;
import io.envoyproxy.envoy.config.route.v3.HeaderMatcher;
import io.envoyproxy.envoy.config.route.v3.QueryParameterMatcher;
import io.envoyproxy.envoy.config.route.v3.RouteMatch;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which requests a route is for. Pure functions. */
final class MatchCompiler {

    private MatchCompiler() {}

    static RouteMatch compile(Route route) {
        RouteMatch.Builder match = RouteMatch.newBuilder();
        path(route, match);
        methods(route.methods()).ifPresent(match::addHeaders);
        route.headers().forEach(header -> match.addHeaders(header(header)));
        route.query().forEach(parameter -> match.addQueryParameters(query(parameter)));
        route.fraction()
                .ifPresent(fraction ->
                        match.setRuntimeFraction(Values.fraction(fraction.percent(), fraction.runtimeKey())));
        return match.build();
    }

    private static void path(Route route, RouteMatch.Builder match) {
        if (route.path().isPresent()) {
            match.setPath(route.path().get());
            return;
        }
        if (route.regex().isPresent()) {
            match.setSafeRegex(Values.regex(route.regex().get()));
            return;
        }
        String prefix = route.prefix().orElse("/");
        // One that ends in a slash ends where a segment does, and Envoy does not take it for the separated kind.
        if (prefix.endsWith("/")) {
            match.setPrefix(prefix);
            return;
        }
        switch (route.prefixMatch()) {
            case PATH -> match.setPathSeparatedPrefix(prefix);
            case TEXT -> match.setPrefix(prefix);
        }
    }

    private static Optional<HeaderMatcher> methods(List<String> methods) {
        List<String> distinct = methods.stream().distinct().sorted().toList();
        if (distinct.isEmpty()) {
            return Optional.empty();
        }
        StringMatcher wanted = distinct.size() == 1
                ? StringMatcher.newBuilder().setExact(distinct.getFirst()).build()
                : StringMatcher.newBuilder()
                        .setSafeRegex(Values.regex(
                                distinct.stream().map(MatchCompiler::quoted).collect(Collectors.joining("|"))))
                        .build();
        return Optional.of(HeaderMatcher.newBuilder()
                .setName(":method")
                .setStringMatch(wanted)
                .build());
    }

    private static String quoted(String method) {
        return method.replaceAll("[^A-Za-z0-9_]", "\\\\$0");
    }

    /** A header that is not there is as good as one without a value where the meaning is turned round. */
    private static HeaderMatcher header(HeaderMatch header) {
        HeaderMatcher.Builder matcher =
                HeaderMatcher.newBuilder().setName(header.name()).setInvertMatch(header.invert());
        Optional<StringMatcher> value = value(header);
        if (value.isEmpty()) {
            return matcher.setPresentMatch(true).build();
        }
        return matcher.setStringMatch(value.get())
                .setTreatMissingHeaderAsEmpty(header.invert())
                .build();
    }

    private static Optional<StringMatcher> value(HeaderMatch header) {
        StringMatcher.Builder value = StringMatcher.newBuilder();
        header.exact().ifPresent(value::setExact);
        header.prefix().ifPresent(value::setPrefix);
        header.suffix().ifPresent(value::setSuffix);
        header.contains().ifPresent(value::setContains);
        header.regex().ifPresent(expression -> value.setSafeRegex(Values.regex(expression)));
        return given(value);
    }

    private static QueryParameterMatcher query(QueryMatch parameter) {
        StringMatcher.Builder value = StringMatcher.newBuilder();
        parameter.exact().ifPresent(value::setExact);
        parameter.regex().ifPresent(expression -> value.setSafeRegex(Values.regex(expression)));
        QueryParameterMatcher.Builder matcher =
                QueryParameterMatcher.newBuilder().setName(parameter.name());
        return given(value)
                .map(matcher::setStringMatch)
                .orElseGet(() -> matcher.setPresentMatch(true))
                .build();
    }

    private static Optional<StringMatcher> given(StringMatcher.Builder value) {
        return value.getMatchPatternCase() == StringMatcher.MatchPatternCase.MATCHPATTERN_NOT_SET
                ? Optional.empty()
                : Optional.of(value.build());
    }
}
