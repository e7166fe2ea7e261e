package io.chancery.files;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads a watched file, or those in a watched folder whose names end as manifests' do and do not begin with a dot: editors
 * and Kubernetes keep what is theirs under such names. Links are followed.
 */
final class SourceReader {

    /** Of all files of a source together. */
    static final long MAX_BYTES = 16L << 20;

    static final int MAX_FILES = 10_000;

    private static final Pattern NAME = Pattern.compile("[^.].*\\.(?:yaml|yml|json)", Pattern.DOTALL);

    private final Path path;

    SourceReader(Path path) {
        this.path = path;
    }

    SourceContent read() {
        return Files.isDirectory(path) ? folder() : SourceContent.of(text(path, MAX_BYTES));
    }

    private SourceContent folder() {
        SortedMap<String, FileText> files = new TreeMap<>();
        long left = MAX_BYTES;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (NAME.matcher(name).matches() && !Files.isDirectory(entry)) {
                    if (name.chars().anyMatch(Character::isISOControl)) {
                        return SourceContent.unreadable("has a file with a control character in its name");
                    }
                    FileText text = text(entry, left);
                    left -= length(text);
                    files.put(name, text);
                    if (files.size() > MAX_FILES) {
                        return SourceContent.unreadable("has more than " + MAX_FILES + " files");
                    }
                }
            }
            return new SourceContent(files);
        } catch (IOException e) {
            return SourceContent.unreadable(reason(e));
        } catch (DirectoryIteratorException e) {
            return SourceContent.unreadable("cannot be read");
        }
    }

    private static long length(FileText text) {
        return switch (text) {
            case FileText.Loaded(String content) -> content.length();
            case FileText.Unreadable _ -> 0;
        };
    }

    private static FileText text(Path file, long limit) {
        try {
            if (Files.size(file) > limit) {
                return new FileText.Unreadable(
                        "is too large: all files that are watched as one may have " + MAX_BYTES + " bytes");
            }
            return new FileText.Loaded(Files.readString(file));
        } catch (IOException e) {
            return new FileText.Unreadable(reason(e));
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "does not exist";
            case AccessDeniedException _ -> "may not be read by this process";
            case CharacterCodingException _ -> "is not text in UTF-8";
            default -> "cannot be read (" + e.getClass().getSimpleName() + ")";
        };
    }
}
