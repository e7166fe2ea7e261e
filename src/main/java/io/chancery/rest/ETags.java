package io.chancery.rest;

import io.chancery.model.InvalidValueException;
import io.chancery.model.Revision;
import io.chancery.registry.Precondition;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Maps revisions to strong entity tags and back. */
final class ETags {

    private static final Pattern TAG = Pattern.compile("\"r(\\d{1,18})\"");

    private ETags() {}

    static String of(Revision revision) {
        return "\"r" + revision.value() + "\"";
    }

    /**
     * Returns what the request's headers ask for.
     *
     * @param ifMatch one tag that this API gave out, or {@code *} for any
     * @param ifNoneMatch only {@code *} has a meaning for a change
     */
    static Precondition precondition(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        if (ifMatch != null && ifNoneMatch != null) {
            throw new InvalidValueException("If-None-Match", "must not be given together with If-Match");
        }
        if (ifNoneMatch != null) {
            if (!ifNoneMatch.strip().equals("*")) {
                throw new InvalidValueException("If-None-Match", "must be * where something is changed");
            }
            return new Precondition.Absent();
        }
        if (ifMatch == null) {
            return Precondition.NONE;
        }
        if (ifMatch.strip().equals("*")) {
            return new Precondition.Present();
        }
        Matcher tag = TAG.matcher(ifMatch.strip());
        if (!tag.matches()) {
            throw new InvalidValueException("If-Match", "must be * or one tag that this API gave out, like \"r42\"");
        }
        return new Precondition.At(new Revision(Long.parseLong(tag.group(1))));
    }
}
