package io.chancery.redis;

import io.chancery.model.Durations;
import io.lettuce.core.RedisCommandExecutionException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * Why a node or Sentinel could not be asked, in words of ours: what it said itself may be anything, and is shown to
 * nobody.
 */
record LinkFailure(Kind kind, String reason) {

    /** What went wrong. */
    enum Kind {
        /** It does not take the user or the password, or does not let that user ask. */
        UNAUTHORIZED,
        /** It was understood and refused. */
        REFUSED,
        OTHER
    }

    private static final List<String> UNAUTHORIZED = List.of(
            "NOAUTH",
            "WRONGPASS",
            "NOPERM",
            "ERR invalid password",
            "ERR AUTH",
            "ERR Client sent AUTH",
            "ERR invalid username-password");

    /** @param timeout how long an answer was waited for */
    static LinkFailure of(Throwable failure, Duration timeout) {
        Optional<String> refusal =
                in(failure, RedisCommandExecutionException.class).map(one -> String.valueOf(one.getMessage()));
        if (refusal.isPresent()) {
            return refused(refusal.get());
        }
        if (in(failure, TimeoutException.class).isPresent()
                || in(failure, io.lettuce.core.RedisCommandTimeoutException.class)
                        .isPresent()) {
            return other("does not answer within " + Durations.write(timeout));
        }
        if (in(failure, UnknownHostException.class).isPresent()) {
            return other("has a name without an address");
        }
        if (in(failure, SSLException.class).isPresent()) {
            return other("is not trusted, or does not speak TLS");
        }
        return other(
                in(failure, ConnectException.class).isPresent()
                        ? "does not take connections"
                        : "closed the connection or does not speak Redis' protocol");
    }

    /** Whether the other side understood what was asked, and refused it. */
    static boolean isRefusal(Throwable failure) {
        return in(failure, RedisCommandExecutionException.class).isPresent();
    }

    private static LinkFailure refused(String words) {
        if (UNAUTHORIZED.stream().anyMatch(words::startsWith)) {
            return new LinkFailure(
                    Kind.UNAUTHORIZED,
                    words.startsWith("NOPERM")
                            ? "does not allow the user to ask for the role"
                            : "does not take the user and password");
        }
        return words.startsWith("LOADING")
                ? other("is still loading its data")
                : new LinkFailure(Kind.REFUSED, "refuses to be asked for the role");
    }

    private static LinkFailure other(String reason) {
        return new LinkFailure(Kind.OTHER, reason);
    }

    private static <T extends Throwable> Optional<T> in(Throwable failure, Class<T> type) {
        return Stream.iterate(failure, one -> one != null, Throwable::getCause)
                .limit(20)
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst();
    }

    SentinelReading toWord() {
        return new SentinelReading.Silent(
                switch (kind) {
                    case REFUSED -> "watches no master of this name";
                    case UNAUTHORIZED, OTHER -> reason;
                });
    }

    RoleReading toReading() {
        return switch (kind) {
            case UNAUTHORIZED -> RoleReading.authenticationFailed(reason);
            case REFUSED, OTHER -> RoleReading.unreachable(reason);
        };
    }
}
