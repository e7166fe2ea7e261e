package io.chancery;

import java.lang.reflect.RecordComponent;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of all settings under {@code chancery.}, and which of them a misspelt one was probably meant to be. */
final class Settings {

    static final String PREFIX = "chancery.";

    private static final String ENVIRONMENT_PREFIX = "CHANCERY_";
    private static final Pattern INDEX = Pattern.compile("\\[\\d+]");
    private static final Pattern VARIABLE_INDEX = Pattern.compile("_\\d+(?=_|$)");
    private static final Pattern CAPITAL = Pattern.compile("(?<=[a-z0-9])([A-Z])");

    /** What Kubernetes puts into every container for a service of the name {@code chancery}. */
    private static final Pattern SET_BY_KUBERNETES = Pattern.compile("CHANCERY_(SERVICE_(HOST|PORT(_.*)?)|PORT(_.*)?)");

    private final TreeSet<String> names = new TreeSet<>();

    /** Adds a setting that no record stands for. */
    void add(String name) {
        names.add(name);
    }

    /** Adds the settings that a record of them has, those of nested records included. */
    void addAll(String prefix, Class<?> record) {
        for (RecordComponent component : record.getRecordComponents()) {
            String name = prefix + '.' + dashed(component.getName());
            if (component.getType().isRecord()
                    && component.getType().getPackageName().startsWith("io.chancery")) {
                addAll(name, component.getType());
            } else if (Map.class.isAssignableFrom(component.getType())) {
                names.add(name + ".*");
            } else {
                names.add(name);
            }
        }
    }

    /** Returns the names, sorted; one that ends in {@code .*} stands for any key below it. */
    Stream<String> names() {
        return names.stream();
    }

    /** Whether a key of a file, a command line or the system properties is a setting, however it is spelt. */
    boolean knows(String key) {
        String plain = relaxed(INDEX.matcher(key).replaceAll(""));
        return names.stream().anyMatch(name -> matches(relaxed(name), plain, "."));
    }

    /** Whether a variable of the process's environment is a setting, or none of ours. */
    boolean knowsVariable(String variable) {
        if (!variable.startsWith(ENVIRONMENT_PREFIX)
                || SET_BY_KUBERNETES.matcher(variable).matches()) {
            return true;
        }
        String plain = squeezed(VARIABLE_INDEX.matcher(variable).replaceAll(""));
        return names.stream().anyMatch(name -> matches(squeezed(name), plain, ""));
    }

    /** The setting whose name is nearest, if one is near enough to be what was meant. */
    Optional<String> nearest(String key) {
        String plain = squeezed(key);
        return names.stream()
                .min(Comparator.comparingInt(name -> distance(squeezed(name), plain)))
                .filter(name -> distance(squeezed(name), plain) <= Math.max(3, plain.length() / 3));
    }

    private static boolean matches(String name, String key, String separator) {
        return name.endsWith("*")
                ? key.startsWith(name.substring(0, name.length() - 1 - separator.length()) + separator)
                : name.equals(key);
    }

    private static String dashed(String component) {
        return CAPITAL.matcher(component).replaceAll("-$1").toLowerCase(Locale.ROOT);
    }

    /** As Spring compares keys: dashes, underscores and capitals do not count. */
    private static String relaxed(String key) {
        return key.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /** As Spring compares environment variables: dots do not count either. */
    private static String squeezed(String key) {
        return relaxed(key).replace(".", "");
    }

    /** Levenshtein's distance: how many letters to add, drop or change to come from one text to the other. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
