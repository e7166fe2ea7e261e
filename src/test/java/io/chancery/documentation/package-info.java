/** The documents under {@code docs/} are held against the running application. */
@NullMarked
package io.chancery.documentation;

import org.jspecify.annotations.NullMarked;
