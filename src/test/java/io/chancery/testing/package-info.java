/** What stands around the server in integration tests: the packaged server itself, an Envoy, upstreams, a steady load. */
@NullMarked
package io.chancery.testing;

import org.jspecify.annotations.NullMarked;
