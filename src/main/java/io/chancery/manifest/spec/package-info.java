/**
 * What manifests say, as values: one record for each thing that can be declared. A record's components are the fields of
 * its document, and what it refuses in its constructor is what a document may not say.
 */
@NamedInterface("spec")
@NullMarked
package io.chancery.manifest.spec;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
