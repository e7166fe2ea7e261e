/** What Envoys say themselves of their hosts: the admin interfaces that are configured, asked now and then. */
@ApplicationModule(allowedDependencies = {"model", "xds"})
@NullMarked
package io.chancery.envoys;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
