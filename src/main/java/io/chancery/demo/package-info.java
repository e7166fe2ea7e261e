/**
 * Something to look at: sample upstreams that register themselves over the HTTP API, or under the profile
 * {@code redis-demo} Redis nodes with their Sentinels, and a local Envoy in front of them. Wired only under the profile
 * {@code demo}; what finds and runs an Envoy is public because the tests need one too.
 */
@ApplicationModule(allowedDependencies = "model")
@NullMarked
package io.chancery.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
