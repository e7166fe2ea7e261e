/** What the product promises, in its own words, seen from outside. */
@NullMarked
package io.chancery.features;

import org.jspecify.annotations.NullMarked;
