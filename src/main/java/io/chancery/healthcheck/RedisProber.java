package io.chancery.healthcheck;

import io.chancery.manifest.spec.RedisRole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks a Redis for its role, by its protocol RESP and the command {@code ROLE}; where there is a password, after
 * {@code AUTH}.
 */
final class RedisProber implements Prober {

    private static final ProbeResult PASSED = new ProbeResult.Passed();
    private static final byte[] ROLE = "*1\r\n$4\r\nROLE\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_LINE = 512;
    private static final Pattern ERROR_CODE = Pattern.compile("^-(WRONGPASS|NOPERM|NOAUTH|ERR|LOADING)(?: |$)");
    private static final Set<String> ROLES = Set.of("master", "slave", "sentinel");

    private final RedisRole wanted;
    private final Optional<RedisLogin> login;
    private final Dialer dialer;

    /** @param login empty where anybody may ask */
    RedisProber(RedisRole wanted, Optional<RedisLogin> login, Dialer dialer) {
        this.wanted = wanted;
        this.login = login;
        this.dialer = dialer;
    }

    @Override
    public ProbeResult probe(ProbeTarget target) {
        return dialer.ask(target.address(), wire -> {
            if (login.isPresent()) {
                wire.send(login.get().command());
                readWelcome(wire);
            }
            wire.send(ROLE);
            return judge(readRole(wire));
        });
    }

    /** Of an error only the first word is shown, as there are servers that repeat what they were sent. */
    private static void readWelcome(Wire wire) throws IOException {
        String answer = line(wire);
        if (answer.startsWith("-")) {
            Matcher code = ERROR_CODE.matcher(answer);
            throw new UnusableAnswerException("does not take the password" + (code.find() ? ": " + code.group(1) : ""));
        }
        if (!answer.equals("+OK")) {
            throw notRedis();
        }
    }

    /** The answer is an array, whose first element is the role. */
    private String readRole(Wire wire) throws IOException {
        String array = line(wire);
        if (array.startsWith("-")) {
            throw new UnusableAnswerException("answered with an error: " + withoutPassword(array.substring(1)));
        }
        if (!array.startsWith("*")) {
            throw notRedis();
        }
        if (!line(wire).startsWith("$")) {
            throw notRedis();
        }
        return line(wire);
    }

    private String withoutPassword(String text) {
        return login.map(known -> text.replace(known.password(), "(the password)"))
                .orElse(text);
    }

    private static String line(Wire wire) throws IOException {
        String line = wire.line(LONGEST_LINE);
        if (line.isEmpty() || line.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw notRedis();
        }
        return line;
    }

    private static UnusableAnswerException notRedis() {
        return new UnusableAnswerException("did not answer as a Redis does");
    }

    private ProbeResult judge(String role) throws UnusableAnswerException {
        if (!ROLES.contains(role)) {
            throw notRedis();
        }
        boolean fits = switch (wanted) {
            case ANY -> true;
            case MASTER -> role.equals("master");
            // Redis itself still calls it so.
            case REPLICA -> role.equals("slave");
        };
        return fits
                ? PASSED
                : new ProbeResult.Failed(
                        "is a " + role + ", not a " + wanted.name().toLowerCase(Locale.ROOT));
    }
}
