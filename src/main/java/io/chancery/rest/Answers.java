package io.chancery.rest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** How a request may end; what {@code /v3/api-docs} says of it, and a test holds {@code docs/api.md} against. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Answers {

    /** The statuses that are no refusal. */
    int[] statuses() default 200;

    /** What the request does that has refusals of its own. */
    ProblemSet[] sets() default {};

    /** The refusals that belong to this request beside those; those that any request can meet are not repeated. */
    Problem[] problems() default {};
}
