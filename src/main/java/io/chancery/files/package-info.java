/** Manifests in files: watches files and folders, and keeps what they declare as they say it. */
@ApplicationModule(allowedDependencies = {"model", "store", "manifest", "manifest :: spec"})
@NullMarked
package io.chancery.files;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
