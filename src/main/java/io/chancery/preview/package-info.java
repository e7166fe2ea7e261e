/**
 * What a change of manifests would come to for the nodes, before it is made, and what the nodes were to have before a change
 * that was. Changes nothing.
 */
@ApplicationModule(allowedDependencies = {"model", "manifest", "manifest :: spec", "snapshot", "xds"})
@NullMarked
package io.chancery.preview;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
