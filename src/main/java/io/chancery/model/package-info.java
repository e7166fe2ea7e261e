/**
 * The vocabulary that every other module speaks: immutable values, no behaviour that needs a clock, a thread or a
 * network. Depends on the JDK only.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package io.chancery.model;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
