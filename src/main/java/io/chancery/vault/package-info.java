/** Secrets at rest: encrypts what must not be readable in the store, with a key set that is kept beside it. */
@ApplicationModule(allowedDependencies = "store")
@NullMarked
package io.chancery.vault;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
