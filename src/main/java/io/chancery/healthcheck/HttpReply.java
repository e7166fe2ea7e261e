package io.chancery.healthcheck;

import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The answer to an HTTP/1.1 request, as far as a probe looks at it (RFC 9112). */
final class HttpReply {

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d{2})(?: .*)?");
    private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9a-fA-F]{1,7})[ \\t]*(?:;.*)?");
    private static final String PROTOCOL = "HTTP/1.";
    private static final int LONGEST_LINE = 8 << 10;
    private static final int SWITCHING_PROTOCOLS = 101;

    private final Wire wire;
    private final int status;
    private final SortedMap<String, String> headers;

    private HttpReply(Wire wire, int status, SortedMap<String, String> headers) {
        this.wire = wire;
        this.status = status;
        this.headers = headers;
    }

    /** Reads an answer as far as its body, after those that only say that there will be one. */
    static HttpReply read(Wire wire) throws IOException {
        int status;
        SortedMap<String, String> headers;
        do {
            status = readStatus(wire);
            headers = readHeaders(wire);
        } while (status < 200 && status != SWITCHING_PROTOCOLS);
        return new HttpReply(wire, status, headers);
    }

    int status() {
        return status;
    }

    /** The value of a header; those of several of the same name are one, with commas between. */
    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Who does not speak HTTP may never end a line, so the first bytes are looked at by themselves. */
    private static int readStatus(Wire wire) throws IOException {
        for (int i = 0; i < PROTOCOL.length(); i++) {
            int next = wire.next();
            if (next < 0) {
                throw new UnusableAnswerException("closed the connection before it answered");
            }
            if (next != PROTOCOL.charAt(i)) {
                throw notHttp();
            }
        }
        Matcher line = STATUS_LINE.matcher(PROTOCOL + wire.line(LONGEST_LINE));
        if (!line.matches()) {
            throw notHttp();
        }
        return Integer.parseInt(line.group(1));
    }

    private static UnusableAnswerException notHttp() {
        return new UnusableAnswerException("did not answer in HTTP/1.1");
    }

    private static SortedMap<String, String> readHeaders(Wire wire) throws IOException {
        SortedMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String line = wire.line(LONGEST_LINE); !line.isEmpty(); line = wire.line(LONGEST_LINE)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw notHttp();
            }
            headers.merge(
                    line.substring(0, colon),
                    line.substring(colon + 1).strip(),
                    (before, more) -> before + ", " + more);
        }
        return headers;
    }

    /** Whether all is found in the body, as far as it is looked at. To be called once. */
    boolean hasInBody(ByteSequences.Search search) throws IOException {
        String encoding = header("Transfer-Encoding").orElse("");
        if (encoding.equalsIgnoreCase("chunked")) {
            return hasInChunks(search);
        }
        long length = contentLength();
        for (long i = 0; i < length && !search.isOver() && !wire.isExhausted(); i++) {
            int next = wire.next();
            if (next < 0) {
                break;
            }
            search.feed((byte) next);
        }
        return search.isOver();
    }

    /** Where none is given the body goes on to the end of the connection. */
    private long contentLength() throws UnusableAnswerException {
        if (status == 204 || status == 304) {
            return 0;
        }
        Optional<String> given = header("Content-Length");
        try {
            return given.isPresent() ? Long.parseUnsignedLong(given.get()) : Long.MAX_VALUE;
        } catch (NumberFormatException _) {
            throw new UnusableAnswerException("answered with a Content-Length that is no number");
        }
    }

    private boolean hasInChunks(ByteSequences.Search search) throws IOException {
        while (!search.isOver() && !wire.isExhausted()) {
            Matcher size = CHUNK_SIZE.matcher(wire.line(LONGEST_LINE));
            if (!size.matches()) {
                throw new UnusableAnswerException("answered with chunks without their sizes");
            }
            int left = Integer.parseInt(size.group(1), 16);
            if (left == 0) {
                break;
            }
            for (; left > 0 && !search.isOver() && !wire.isExhausted(); left--) {
                int next = wire.next();
                if (next < 0) {
                    return search.isOver();
                }
                search.feed((byte) next);
            }
            if (left == 0 && !search.isOver()) {
                wire.line(LONGEST_LINE);
            }
        }
        return search.isOver();
    }
}
