package io.chancery.model;

import java.util.Arrays;

/** The names of xDS resources: any text, or a URL of the scheme {@code xdstp}. */
public final class ResourceName {

    private static final String SCHEME = "xdstp://";

    private ResourceName() {}

    /**
     * Returns the one spelling of all names that are equal: the context parameters of an {@code xdstp} name sorted,
     * everything else as it was (<a href="https://github.com/cncf/xds/blob/main/proposals/TP1-xds-transport-next.md">xDS
     * transport protocol, TP1</a>). Percent-encoding and directives (after {@code #}) stay as they are.
     */
    public static String canonical(String name) {
        if (!name.startsWith(SCHEME)) {
            return name;
        }
        int fragment = name.indexOf('#');
        int end = fragment < 0 ? name.length() : fragment;
        int query = name.indexOf('?');
        if (query < 0 || query > end) {
            return name;
        }
        String[] parameters = name.substring(query + 1, end).split("&", -1);
        if (parameters.length == 1) {
            return name;
        }
        Arrays.sort(parameters);
        return name.substring(0, query + 1) + String.join("&", parameters) + name.substring(end);
    }
}
