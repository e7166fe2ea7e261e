package io.chancery.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the store keeps its files.
 *
 * @param path exists once the store is open; empty if it keeps everything in memory
 */
public record DataDirectory(Optional<Path> path) {}
