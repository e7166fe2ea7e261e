/**
 * Services and their endpoints as registered: the live view of what the store holds under its prefix, and the only way
 * to change it. Knows nothing of HTTP, gRPC or Envoy.
 */
@ApplicationModule(allowedDependencies = {"model", "store"})
@NullMarked
package io.chancery.registry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
