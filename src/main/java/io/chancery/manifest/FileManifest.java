package io.chancery.manifest;

/** A manifest, and the file that declares it. */
public record FileManifest(FileOwner owner, Manifest manifest) {}
