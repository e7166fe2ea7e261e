package io.chancery.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.chancery.manifest.spec.HostName;
import io.chancery.redis.Election.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who is the master, as a table. A node is written as its role ({@code M}aster, {@code R}eplica, {@code -} for one that is
 * silent, {@code !} for one that refuses the password, {@code ?} for one that was not asked), then the number of its
 * replicas, then {@code @} and its epoch.
 */
class ElectionTest {

    private static final Map<String, Role> ROLES = Map.of(
            "M", Role.MASTER,
            "R", Role.REPLICA,
            "-", Role.UNREACHABLE,
            "!", Role.AUTHENTICATION_FAILED,
            "?", Role.UNKNOWN);

    @ParameterizedTest(name = "{6}: former {0}, nodes {1} {2} {3}")
    @CsvSource(delimiter = '|', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            none | M2   | R    | R    | a    | SOUND       | the only one is the master
            none | R    | R    | R    | none | NO_MASTER   | none is none
            none | !    | R    | R    | none | NO_MASTER   | who refuses the password is never the master
            a    | M2   | R    | R    | a    | SOUND       | it stays the master
            a    | R    | M    | R    | b    | SOUND       | another one was promoted
            a    | -    | M1   | R    | b    | SOUND       | another one was promoted and the former is dead
            a    | !    | M1   | R    | b    | SOUND       | another one was promoted and the former refuses
            a    | -    | R    | R    | a    | NO_MASTER   | the former is dead and none was promoted yet
            a    | R    | R    | R    | a    | NO_MASTER   | the former was demoted and none was promoted yet
            a    | M2   | M    | R    | a    | SPLIT_BRAIN | of two the former stays
            a    | M    | M2   | R    | a    | SPLIT_BRAIN | of two the former stays with fewer replicas too
            c    | M2   | M    | -    | c    | SPLIT_BRAIN | of two strangers none
            none | M2   | M    | R    | a    | SPLIT_BRAIN | of two that are new the one with the most replicas
            none | M1   | M1   | R    | none | SPLIT_BRAIN | of two that are new and equal none
            a    | M2@3 | M@4  | R    | b    | SPLIT_BRAIN | of two the one with the newer epoch
            a    | M2   | M@4  | R    | b    | SPLIT_BRAIN | of two the one that Sentinels name
            b    | M2@3 | M@4  | R    | b    | SPLIT_BRAIN | the one with the newer epoch stays
            none | M2@3 | M@4  | R    | b    | SPLIT_BRAIN | of two that are new the one with the newer epoch
            a    | M@4  | M@4  | R    | a    | SPLIT_BRAIN | of two with one epoch the former
            b    | M    | -@4  | R    | b    | NO_MASTER   | one that comes back is fenced while the newer one is silent
            b    | M@3  | -@4  | R    | b    | NO_MASTER   | one with an older epoch is fenced while the newer one is silent
            b    | M@5  | -@4  | R    | a    | SOUND       | one with a newer epoch is not fenced
            b    | M    | R@4  | R    | a    | SOUND       | who says that it is a replica is no master whatever Sentinels say
            a    | M    | -@4  | R    | a    | SPLIT_BRAIN | the former stays while the newer one is silent
            none | M    | -@4  | R    | none | NO_MASTER   | a stranger is fenced too
            """)
    void decides(String former, String a, String b, String c, String master, Finding finding, String sentence) {
        List<RoleView> nodes = new ArrayList<>();
        nodes.add(node("a", a));
        nodes.add(node("b", b));
        nodes.add(node("c", c));

        assertThat(Election.of(name(former), nodes)).as(sentence).isEqualTo(new Election(name(master), finding));
    }

    private static Optional<HostName> name(String text) {
        return text.equals("none") ? Optional.empty() : Optional.of(new HostName(text, 6379));
    }

    private static RoleView node(String host, String text) {
        String[] parts = text.split("@", -1);
        Role role = ROLES.getOrDefault(parts[0].substring(0, 1), Role.UNKNOWN);
        return new RoleView(
                new HostName(host, 6379),
                role,
                role,
                parts[0].length() > 1 ? Integer.parseInt(parts[0].substring(1)) : 0,
                Instant.EPOCH,
                parts.length > 1 ? OptionalLong.of(Long.parseLong(parts[1])) : OptionalLong.empty(),
                "",
                Optional.empty());
    }
}
