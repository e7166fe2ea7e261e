package io.chancery.snapshot.compile;

import java.util.List;

/** Who is behind a service now. */
@FunctionalInterface
public interface ServiceMembers {

    /** Nobody, behind any service. */
    ServiceMembers NONE = _ -> List.of();

    /** The ids of the endpoints of the first priority that take new connections, sorted. */
    List<String> of(String service);
}
