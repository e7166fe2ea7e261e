package io.chancery.vault;

/**
 * Keys of the store under which there may be sealed values; each module that seals has a bean of it, so that a start with
 * the wrong key set is noticed before anything is served.
 *
 * @param prefix with which they begin
 */
public record SealedKeys(String prefix) {}
