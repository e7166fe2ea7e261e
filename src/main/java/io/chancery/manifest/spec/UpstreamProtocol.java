package io.chancery.manifest.spec;

/** What a service's endpoints speak. */
public enum UpstreamProtocol {
    HTTP1,
    HTTP2,
    /** HTTP/2 to clients that speak it, HTTP/1.1 to the others. */
    AUTO,
    TCP;

    boolean hasHttp2() {
        return this == HTTP2 || this == AUTO;
    }
}
