package io.chancery.store;

/**
 * What one transaction may hold; what exceeds it is refused, never split.
 *
 * @param maxOperations operations in one transaction
 * @param maxBytes keys and values of one transaction together, in bytes
 */
public record StoreLimits(int maxOperations, long maxBytes) {}
