package io.chancery.snapshot;

import io.chancery.model.ResourceType;

/** A resource that is named in another's content. */
public record Reference(ResourceType type, String name) {}
