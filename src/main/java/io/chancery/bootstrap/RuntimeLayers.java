package io.chancery.bootstrap;

import io.chancery.model.Alphabet;
import io.chancery.model.InvalidValueException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

/**
 * The runtime layers that an Envoy asks for; a later one counts more.
 *
 * @param names at most {@value #MAX_LAYERS}, of letters, digits and {@code . _ -}, at most {@value #MAX_LENGTH} long
 */
public record RuntimeLayers(List<String> names) {

    public static final int MAX_LAYERS = 32;
    public static final int MAX_LENGTH = 200;

    /** Under an RTDS layer: what the operator of this Envoy wrote into its file. */
    static final String STATIC = "static";

    /** Over all others: what somebody set at the admin pages. */
    static final String ADMIN = "admin";

    private static final Alphabet ALLOWED = new Alphabet("._-");

    public RuntimeLayers {
        names = List.copyOf(names);
        if (names.size() > MAX_LAYERS
                || new HashSet<>(names).size() != names.size()
                || !names.stream().allMatch(RuntimeLayers::isName)) {
            throw new InvalidValueException(
                    "layers",
                    "must be at most " + MAX_LAYERS + " different names with commas between, each of 1 to " + MAX_LENGTH
                            + " letters, digits and . _ -, and neither " + STATIC + " nor " + ADMIN
                            + ", for example common,edge");
        }
    }

    /** Reads names with commas between; nothing for none. */
    public static RuntimeLayers parse(String text) {
        return new RuntimeLayers(text.isEmpty() ? List.of() : Arrays.asList(text.split(",", -1)));
    }

    /** Those that there are for the node; a name that cannot be asked for is left out. */
    public static RuntimeLayers of(NodeLayers known) {
        return new RuntimeLayers(
                known.names().stream().filter(RuntimeLayers::isName).toList());
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= MAX_LENGTH
                && ALLOWED.hasAllOf(name)
                && !name.equals(STATIC)
                && !name.equals(ADMIN);
    }
}
