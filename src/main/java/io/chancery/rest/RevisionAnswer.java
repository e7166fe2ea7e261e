package io.chancery.rest;

/**
 * Says when a change was made.
 *
 * @param revision the store's revision from which on the change can be seen
 */
record RevisionAnswer(long revision) implements Written {}
