package io.chancery.manifest.spec;

/** What a listener takes. */
public enum ListenerProtocol {
    HTTP,
    TCP
}
