package io.chancery.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The nodes that are an Envoy of a version or a newer one, by their own word. One that does not say its version is none of them.
 *
 * @param major of the version, for example 1
 * @param minor of the version, for example 36
 */
public record EnvoySince(int major, int minor) implements NodeTrait {

    private static final String ENVOY = "envoy";
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(\\D.*)?");

    @Override
    public boolean includes(Node node) {
        Matcher version = VERSION.matcher(node.program().version());
        return node.program().name().equals(ENVOY) && version.matches() && isReachedBy(version);
    }

    private boolean isReachedBy(Matcher version) {
        int itsMajor = Integer.parseInt(version.group(1));
        return itsMajor > major || (itsMajor == major && Integer.parseInt(version.group(2)) >= minor);
    }
}
