/**
 * Redis masters that move: finds out which of several nodes is the master, by asking them and their Sentinels, and
 * registers it as the one endpoint of a service.
 */
@ApplicationModule(allowedDependencies = {"model", "store", "registry", "manifest", "manifest :: spec"})
@NullMarked
package io.chancery.redis;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
