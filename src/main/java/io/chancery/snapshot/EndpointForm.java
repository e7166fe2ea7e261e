package io.chancery.snapshot;

/**
 * How the endpoints of large services go to a client.
 *
 * <p>There are two collection forms, which differ in names only. A client that reconnects does not say which members of a
 * collection it has, so that it could not be told which of them are gone; it is given the other form than the one it has,
 * whose collection it fetches as a whole before it lets go of the former.
 */
public enum EndpointForm {
    /** As one assignment, which any client understands. */
    PLAIN(""),
    /** As a glob collection (LEDS). */
    COLLECTION("a"),
    /** The same under other names. */
    OTHER_COLLECTION("b");

    private final String mark;

    EndpointForm(String mark) {
        this.mark = mark;
    }

    boolean isCollection() {
        return this != PLAIN;
    }

    /** What tells this form's names from the other's. */
    String mark() {
        return mark;
    }

    /** What the versions of this form's assignments end with, so that a client's version tells which form it has. */
    String versionMark() {
        return isCollection() ? "." + mark : "";
    }

    /** The form for a client that brings an assignment of this version from another stream. */
    public static EndpointForm after(String version) {
        return version.endsWith(COLLECTION.versionMark()) ? OTHER_COLLECTION : COLLECTION;
    }
}
