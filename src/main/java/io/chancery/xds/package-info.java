/**
 * The xDS protocol engine: streams, subscriptions, acknowledgements, and the fan-out of a change to those who asked for
 * it. State of the world and delta are two encodings of one logic.
 */
@ApplicationModule(allowedDependencies = {"model", "snapshot"})
@NullMarked
package io.chancery.xds;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
