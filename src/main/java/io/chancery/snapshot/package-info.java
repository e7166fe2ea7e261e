/** Compiles the live view into immutable, versioned xDS resources, and publishes what changed. */
@ApplicationModule(allowedDependencies = {"model", "registry", "manifest", "manifest :: spec", "sharding"})
@NullMarked
package io.chancery.snapshot;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
