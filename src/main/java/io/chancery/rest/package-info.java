/** The HTTP API: it parses, calls the registries and renders; it decides nothing. */
@ApplicationModule(
        allowedDependencies = {
            "model",
            "store",
            "registry",
            "manifest",
            "manifest :: spec",
            "preview",
            "snapshot",
            "xds",
            "fleet",
            "files",
            "redis",
            "rollout",
            "bootstrap",
            "envoys",
            "healthcheck",
            "sharding",
            "assignment"
        })
@NullMarked
package io.chancery.rest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
