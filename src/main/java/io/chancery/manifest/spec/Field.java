package io.chancery.manifest.spec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a document's field means; read by those who write documents, at run time by the reader and by the API's description. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Field {

    /** One sentence without its subject, which is the field. */
    String value();

    /** The value of a document that leaves it out, as it would be written there; empty where there is none. */
    String otherwise() default "";
}
