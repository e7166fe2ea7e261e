/** Probes that Chancery itself runs against registered endpoints, and the state that turns their results into verdicts. */
@ApplicationModule(allowedDependencies = {"model", "registry", "manifest", "manifest :: spec"})
@NullMarked
package io.chancery.healthcheck;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
