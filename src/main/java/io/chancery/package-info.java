/** Chancery: services register over HTTP, operators declare, and every connected Envoy is told over xDS. */
@NullMarked
package io.chancery;

import org.jspecify.annotations.NullMarked;
