package io.chancery.fleet;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.chancery.model.InvalidValueException;
import io.chancery.model.Node;
import io.envoyproxy.envoy.type.matcher.v3.DoubleMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ListMatcher;
import io.envoyproxy.envoy.type.matcher.v3.NodeMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StringMatcher;
import io.envoyproxy.envoy.type.matcher.v3.StructMatcher;
import io.envoyproxy.envoy.type.matcher.v3.ValueMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Envoy's node matchers (envoy/type/matcher/v3/node.proto) as predicates. Pure functions. */
final class NodeMatching {

    private NodeMatching() {}

    /**
     * Returns what tells the nodes that one of the matchers matches; all nodes where there is no matcher.
     *
     * @throws InvalidValueException if a matcher is of a kind that this server does not know
     */
    static Predicate<Node> any(List<NodeMatcher> matchers) {
        return matchers.stream().map(NodeMatching::all).reduce(Predicate::or).orElse(_ -> true);
    }

    /** All that a matcher says must hold. */
    private static Predicate<Node> all(NodeMatcher matcher) {
        Predicate<Node> matches = _ -> true;
        if (matcher.hasNodeId()) {
            Predicate<String> id = text(matcher.getNodeId());
            matches = matches.and(node -> id.test(node.id()));
        }
        for (StructMatcher metadata : matcher.getNodeMetadatasList()) {
            Predicate<Optional<Object>> value = value(metadata.getValue());
            matches = matches.and(node -> value.test(at(node.metadata(), metadata.getPathList())));
        }
        return matches;
    }

    private static Optional<Object> at(Map<String, Object> metadata, List<StructMatcher.PathSegment> path) {
        Optional<Object> found = Optional.of(metadata);
        for (StructMatcher.PathSegment segment : path) {
            found = found.map(value -> value instanceof Map<?, ?> map ? map.get(segment.getKey()) : null);
        }
        return found;
    }

    private static Predicate<Optional<Object>> value(ValueMatcher matcher) {
        return switch (matcher.getMatchPatternCase()) {
            // Null values are not kept of what a node says.
            case NULL_MATCH -> Optional::isEmpty;
            case PRESENT_MATCH -> value -> value.isPresent() == matcher.getPresentMatch();
            case BOOL_MATCH -> value -> value.equals(Optional.of(matcher.getBoolMatch()));
            case DOUBLE_MATCH -> number(matcher.getDoubleMatch());
            case STRING_MATCH -> {
                Predicate<String> text = text(matcher.getStringMatch());
                yield value -> value.filter(one -> one instanceof String string && text.test(string))
                        .isPresent();
            }
            case LIST_MATCH -> list(matcher.getListMatch());
            case OR_MATCH ->
                matcher.getOrMatch().getValueMatchersList().stream()
                        .map(NodeMatching::value)
                        .reduce(Predicate::or)
                        .orElse(_ -> false);
            case MATCHPATTERN_NOT_SET ->
                throw new InvalidValueException("node_matchers", "must say what a value of node_metadatas is to be");
        };
    }

    private static Predicate<Optional<Object>> number(DoubleMatcher matcher) {
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> value -> value.equals(Optional.of(matcher.getExact()));
            case RANGE ->
                value -> value.filter(one -> one instanceof Double number
                                && number >= matcher.getRange().getStart()
                                && number < matcher.getRange().getEnd())
                        .isPresent();
            case MATCHPATTERN_NOT_SET ->
                throw new InvalidValueException("node_matchers", "must give a number, or a range of numbers");
        };
    }

    private static Predicate<Optional<Object>> list(ListMatcher matcher) {
        if (!matcher.hasOneOf()) {
            throw new InvalidValueException("node_matchers", "must give one_of for a list");
        }
        Predicate<Optional<Object>> item = value(matcher.getOneOf());
        return value -> value.filter(one -> one instanceof List<?> items
                        && items.stream().anyMatch(entry -> item.test(Optional.ofNullable(entry))))
                .isPresent();
    }

    private static Predicate<String> text(StringMatcher matcher) {
        boolean folds = matcher.getIgnoreCase();
        return switch (matcher.getMatchPatternCase()) {
            case EXACT -> text -> folded(text, folds).equals(folded(matcher.getExact(), folds));
            case PREFIX -> text -> folded(text, folds).startsWith(folded(matcher.getPrefix(), folds));
            case SUFFIX -> text -> folded(text, folds).endsWith(folded(matcher.getSuffix(), folds));
            case CONTAINS -> text -> folded(text, folds).contains(folded(matcher.getContains(), folds));
            case SAFE_REGEX -> {
                Pattern pattern = pattern(matcher.getSafeRegex().getRegex());
                yield pattern::matches;
            }
            case CUSTOM, MATCHPATTERN_NOT_SET ->
                throw new InvalidValueException(
                        "node_matchers", "must match text by exact, prefix, suffix, contains or safe_regex");
        };
    }

    private static String folded(String text, boolean folds) {
        return folds ? text.toLowerCase(Locale.ROOT) : text;
    }

    private static Pattern pattern(String regex) {
        try {
            return Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new InvalidValueException("node_matchers", "must have regular expressions as RE2 has them");
        }
    }
}
