package io.chancery.rest;

/** The answer to a change; with {@code wait} it has a receipt beside it. */
interface Written {

    /** The store's revision from which on what was asked for is so. */
    long revision();
}
