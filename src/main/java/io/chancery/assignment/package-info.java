/** The shards of the services as they are now: which endpoints serve which customer, for who asks, and in figures. */
@ApplicationModule(allowedDependencies = {"model", "registry", "manifest", "manifest :: spec", "sharding"})
@NullMarked
package io.chancery.assignment;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
