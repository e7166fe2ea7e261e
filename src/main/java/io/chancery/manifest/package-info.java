/**
 * What operators declare: manifests, their validation, and the live view of them; the only way to change them. Holds raw
 * xDS resources, so it knows Envoy's messages; knows nothing of HTTP.
 */
@ApplicationModule(allowedDependencies = {"model", "store", "registry", "vault"})
@NullMarked
package io.chancery.manifest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
