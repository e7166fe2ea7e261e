package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.Optional;
import java.util.Set;

/** Where else to ask; what is left out stays as in the request. */
public record Redirect(
        @Field("makes it an https URL") boolean https,
        @Field("is the host") Optional<String> host,
        @Field("is the port") Optional<Integer> port,
        @Field("takes the place of the whole path") Optional<String> path,
        @Field("takes the place of the prefix that matched") Optional<String> prefix,
        @Field("takes the query away") boolean stripQuery,

        @Field(value = "is 301, 302, 303, 307 or 308", otherwise = "301")
        int status) {

    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);

    public Redirect {
        Bounds.printable("host", host);
        port.ifPresent(one -> Bounds.port("port", one));
        Bounds.atMostOne(Bounds.Given.of("path", path), Bounds.Given.of("prefix", prefix));
        path.ifPresent(text -> Paths.check("path", text));
        prefix.ifPresent(text -> Paths.check("prefix", text));
        if (!STATUSES.contains(status)) {
            throw new InvalidValueException("status", "must be 301, 302, 303, 307 or 308");
        }
        if (!https && host.isEmpty() && port.isEmpty() && path.isEmpty() && prefix.isEmpty()) {
            throw new InvalidValueException("", "must change something: https, host, port, path or prefix");
        }
    }
}
