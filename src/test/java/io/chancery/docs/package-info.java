/** The documents are compared with what they describe. */
@NullMarked
package io.chancery.docs;

import org.jspecify.annotations.NullMarked;
