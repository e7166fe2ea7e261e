package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.Optional;

/** An answer that Envoy gives itself. */
public record Response(
        @Field("is the status, 200 to 599") int status,
        @Field("is the body, at most 4096 characters") Optional<String> body) {

    public Response {
        Bounds.range("status", status, 200, 599);
        if (body.isPresent() && body.get().length() > 4_096) {
            throw new InvalidValueException("body", "must have at most 4096 characters");
        }
    }
}
