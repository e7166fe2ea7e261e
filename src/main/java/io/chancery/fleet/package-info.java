/**
 * Who is connected, with what: what becomes of each node's answers, which versions are held back because a node refused
 * them, and the client status discovery service.
 */
@ApplicationModule(allowedDependencies = {"model", "store", "manifest", "manifest :: spec", "snapshot", "xds", "vault"})
@NullMarked
package io.chancery.fleet;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
