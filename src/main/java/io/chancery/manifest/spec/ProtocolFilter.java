package io.chancery.manifest.spec;

/** Protocols that Envoy understands on a TCP connection. */
public enum ProtocolFilter {
    /** Envoy speaks Redis itself: commands go to the endpoint that their key hashes to. */
    REDIS,
    POSTGRES,
    MYSQL,
    MONGODB
}
