/** The file that an Envoy is started with: who it is, and where it finds Chancery. */
@ApplicationModule(allowedDependencies = {"model", "manifest", "manifest :: spec"})
@NullMarked
package io.chancery.bootstrap;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
