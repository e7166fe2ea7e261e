/** What the whole code base promises about its own shape. */
@NullMarked
package io.chancery.architecture;

import org.jspecify.annotations.NullMarked;
