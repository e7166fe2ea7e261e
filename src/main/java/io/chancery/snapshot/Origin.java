package io.chancery.snapshot;

import io.chancery.model.Revision;

/**
 * Where a resource comes from.
 *
 * @param source the manifest ({@code Resource/edge}) or registered service ({@code service/orders}) behind it; versions
 *     of one resource from one source succeed each other
 * @param revision the store's revision of the change that made this version
 * @param author who made that change; empty where that is not recorded
 */
public record Origin(String source, Revision revision, String author) {}
