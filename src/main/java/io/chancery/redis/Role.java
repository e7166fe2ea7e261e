package io.chancery.redis;

/** What a node says it is, or why nothing is known of that. */
public enum Role {
    /** It was not asked yet. */
    UNKNOWN,
    MASTER,
    REPLICA,
    /** It does not answer, or not what a node would. */
    UNREACHABLE,
    /** It does not take the user or the password, or does not let that user ask. */
    AUTHENTICATION_FAILED;

    boolean isAnswer() {
        return this == MASTER || this == REPLICA;
    }
}
