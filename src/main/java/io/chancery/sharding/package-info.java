/** Shuffle sharding: which endpoints serve which customer, and what their failure costs whom. Pure functions. */
@ApplicationModule(allowedDependencies = {"model", "manifest :: spec"})
@NullMarked
package io.chancery.sharding;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
