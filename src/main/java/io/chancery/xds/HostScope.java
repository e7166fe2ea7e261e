package io.chancery.xds;

import java.util.function.Predicate;

/**
 * Which virtual hosts a client has in mind that names none: those of the route configurations that it subscribes to on the
 * same stream. Pure functions.
 */
final class HostScope {

    /** For any other type, and for a client that asks for no routes on the stream. */
    static final Predicate<String> EVERYTHING = _ -> true;

    private HostScope() {}

    /** The hosts of the routes that are subscribed to. */
    static Predicate<String> of(Subscription routes) {
        return name -> routes.wants(routesOf(name));
    }

    /** Tells the conversation about hosts what a request for routes means for them. */
    static void follow(Subscription before, Subscription.Step step, Conversation hosts) {
        if (step.stale()) {
            return;
        }
        Subscription after = step.next();
        if (!before.begun()) {
            // Until now all hosts were in scope.
            hosts.leaves(of(after).negate());
            return;
        }
        if (before.wildcard() || !after.names().containsAll(before.names())) {
            hosts.leaves(of(before).and(of(after).negate()));
        }
        // A client that asks for routes has none of their hosts, or has given them up.
        if (step.owesAll()) {
            hosts.begins("");
        }
        step.owed().forEach(routes -> hosts.begins(routes + '/'));
    }

    private static String routesOf(String host) {
        return host.substring(0, Math.max(0, host.lastIndexOf('/')));
    }
}
