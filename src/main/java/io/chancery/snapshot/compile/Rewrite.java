package io.chancery.snapshot.compile;

import io.chancery.manifest.spec.Route;
import io.envoyproxy.envoy.type.matcher.v3.RegexMatchAndSubstitute;

/** How the part of a path that a route matched is replaced, so that no double slash comes of it. */
sealed interface Rewrite {

    /** What Envoy matched is replaced. */
    record Matched(String replacement) implements Rewrite {}

    /**
     * What an expression finds is replaced.
     *
     * @param regex anchored at the path's begin
     */
    record Found(String regex, String replacement) implements Rewrite {

        RegexMatchAndSubstitute message() {
            return RegexMatchAndSubstitute.newBuilder()
                    .setPattern(Values.regex(regex))
                    .setSubstitution(replacement)
                    .build();
        }
    }

    /**
     * Puts something in the place of a route's path or prefix.
     *
     * <p>Envoy replaces {@code /app} in {@code /app/x} and leaves {@code /x}: in front of that a replacement must not end
     * in a slash, while for {@code /app} alone it must not be empty. So a replacement that ends in a slash takes the
     * slash that follows the prefix with it, which only an expression can. And where the prefix itself ends in a slash,
     * so must what replaces it, unless it is replaced as mere text.
     *
     * @param route with a path, a prefix or neither
     */
    static Rewrite of(Route route, String replacement) {
        if (route.path().isPresent()) {
            return new Matched(replacement);
        }
        String prefix = route.prefix().orElse("/");
        if (prefix.endsWith("/")) {
            boolean complete = replacement.endsWith("/") || route.prefixMatch() == Route.PrefixMatch.TEXT;
            return new Matched(complete ? replacement : replacement + '/');
        }
        return replacement.endsWith("/")
                ? new Found('^' + quoted(prefix) + "/?", replacement)
                : new Matched(replacement);
    }

    /** Takes every character for itself: RE2 lets any punctuation be escaped. */
    private static String quoted(String text) {
        return text.replaceAll("[^A-Za-z0-9/_-]", "\\\\$0");
    }
}
