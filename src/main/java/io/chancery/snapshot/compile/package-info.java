/**
 * Turns what manifests say into Envoy's messages: pure functions without state, which know the records of {@code
 * manifest::spec} and nothing of nodes, versions or what else is declared.
 */
@NullMarked
package io.chancery.snapshot.compile;

import org.jspecify.annotations.NullMarked;
