package io.chancery.manifest.spec;

/** What a Redis is to its data set. */
public enum RedisRole {
    /** Any that answers. */
    ANY,
    MASTER,
    REPLICA
}
