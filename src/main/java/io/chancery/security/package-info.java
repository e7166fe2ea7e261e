/** Who may reach the ports: as no credentials exist yet, only this machine unless it is said otherwise by name. */
@ApplicationModule(allowedDependencies = "model")
@NullMarked
package io.chancery.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
