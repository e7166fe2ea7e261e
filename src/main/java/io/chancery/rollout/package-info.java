/** Changes of shards that go to some first: takes them on step by step, halts them, and ends overrides that have expired. */
@ApplicationModule(
        allowedDependencies = {"model", "store", "registry", "manifest", "manifest :: spec", "fleet", "sharding"})
@NullMarked
package io.chancery.rollout;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
