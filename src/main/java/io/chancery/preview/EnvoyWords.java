package io.chancery.preview;

import io.chancery.manifest.Redaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What an Envoy wrote, for people: cut, on lines, and without the secrets of its configuration, which it may quote. */
final class EnvoyWords {

    private static final int MAX_BYTES = 64 << 10;
    private static final int MAX_CHARACTERS = 8_000;

    /** Shorter ones are in any text. */
    private static final int SHORTEST_SECRET = 4;

    private final List<String> hidden;
    private final String folder;

    EnvoyWords(Collection<String> secrets) {
        this(longestFirst(secrets), "");
    }

    private EnvoyWords(List<String> hidden, String folder) {
        this.hidden = hidden;
        this.folder = folder;
    }

    /** Hides where the configuration lay, too. */
    EnvoyWords without(String path) {
        return new EnvoyWords(hidden, path);
    }

    /** Envoy writes messages as protobuf's text, in which line ends and quotes are escaped: so line by line, both ways. */
    private static List<String> longestFirst(Collection<String> secrets) {
        Set<String> parts = new TreeSet<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        for (String secret : secrets) {
            for (String line : secret.lines().map(String::strip).toList()) {
                if (line.length() >= SHORTEST_SECRET) {
                    parts.add(line);
                    parts.add(line.replace("\\", "\\\\").replace("\"", "\\\"").replace("'", "\\'"));
                }
            }
        }
        return List.copyOf(parts);
    }

    /** Reads all there is, so that the writer does not wait, and keeps the beginning. */
    String read(InputStream all) throws IOException {
        byte[] kept = all.readNBytes(MAX_BYTES);
        all.transferTo(OutputStream.nullOutputStream());
        String text = new String(kept, StandardCharsets.UTF_8);
        // Half a secret would not be recognised.
        return shown(kept.length < MAX_BYTES ? text : text.substring(0, text.lastIndexOf('\n') + 1));
    }

    String shown(String text) {
        String shown = folder.isEmpty() ? text : text.replace(folder + '/', "");
        for (String secret : hidden) {
            shown = shown.replace(secret, Redaction.PLACEHOLDER);
        }
        String lines = shown.lines()
                .map(line -> line.replaceAll("\\p{Cntrl}", "?").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
        return lines.length() > MAX_CHARACTERS ? lines.substring(0, MAX_CHARACTERS) + "…" : lines;
    }
}
