package io.chancery.manifest;

import io.chancery.model.InvalidValueException;
import java.util.Optional;

/**
 * How changes are to be made.
 *
 * @param author who wants them, 1 to {@value DeclaredManifest#MAX_AUTHOR} printable characters
 * @param reason why, at most {@value #MAX_REASON} printable characters; empty if nobody said
 * @param references whether what they refer to must be there, and what others refer to must stay
 * @param prune which manifests go unless the changes name them
 */
public record ApplyOptions(String author, String reason, References references, Optional<LabelMatch> prune) {

    public static final int MAX_REASON = 500;

    /** Whether references are looked at. */
    public enum References {
        CHECKED,
        UNCHECKED
    }

    public ApplyOptions {
        DeclaredManifest.checkAuthor(author);
        if (reason.length() > MAX_REASON || !DeclaredManifest.isPrintable(reason)) {
            throw new InvalidValueException("reason", "must have at most " + MAX_REASON + " printable characters");
        }
    }

    /** The ordinary way, without a reason. */
    public static ApplyOptions by(String author) {
        return new ApplyOptions(author, "", References.CHECKED, Optional.empty());
    }

    public ApplyOptions because(String why) {
        return new ApplyOptions(author, why, references, prune);
    }

    public ApplyOptions with(References wanted) {
        return new ApplyOptions(author, reason, wanted, prune);
    }

    public ApplyOptions pruning(LabelMatch match) {
        return new ApplyOptions(author, reason, references, Optional.of(match));
    }
}
