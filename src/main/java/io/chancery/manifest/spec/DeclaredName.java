package io.chancery.manifest.spec;

import io.chancery.model.ResourceType;

/** An xDS resource that a manifest stands for: two manifests must not declare the same one for the same nodes. */
public record DeclaredName(ResourceType type, String name) {}
