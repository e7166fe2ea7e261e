package io.chancery.model;

import java.util.Optional;

/**
 * Names of glob collections: {@code xdstp://authority/type/path/*} stands for all resources directly under its path, with
 * the same context parameters (<a href="https://github.com/cncf/xds/blob/main/proposals/TP1-xds-transport-next.md">xDS
 * transport, TP1</a>). Pure functions.
 */
public final class GlobName {

    private static final String SCHEME = "xdstp://";

    private GlobName() {}

    /** Whether the name stands for a collection. */
    public static boolean is(String name) {
        return name.startsWith(SCHEME) && path(name).endsWith("/*");
    }

    /** The collection that a resource of this name is a member of; empty for a plain name. */
    public static Optional<String> of(String name) {
        if (!name.startsWith(SCHEME)) {
            return Optional.empty();
        }
        String path = path(name);
        int slash = path.lastIndexOf('/');
        return slash < SCHEME.length()
                ? Optional.empty()
                : Optional.of(path.substring(0, slash) + "/*" + name.substring(path.length()));
    }

    /** What the names of all members begin with. */
    public static String prefix(String glob) {
        String path = path(glob);
        return path.substring(0, path.length() - 1);
    }

    private static String path(String name) {
        int query = name.indexOf('?');
        return query < 0 ? name : name.substring(0, query);
    }
}
