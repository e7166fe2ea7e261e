package io.chancery.healthcheck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** A connection over which an endpoint is asked. What is read of it is bounded, as an answer may have no end. */
final class Wire {

    /** How many bytes of an answer are looked at. */
    static final int MOST = 64 << 10;

    private static final int CHUNK = 2 << 10;

    private final InputStream in;
    private final OutputStream out;
    private byte[] chunk = {};
    private int at;
    private int end;
    private int total;

    Wire(Socket socket) throws IOException {
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    void send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Whether {@link #MOST} bytes were read. */
    boolean isExhausted() {
        return total - (end - at) >= MOST;
    }

    /**
     * Returns the next byte, or -1 at the end.
     *
     * @throws UnusableAnswerException after {@link #MOST} bytes
     */
    int next() throws IOException {
        if (at == end) {
            if (total >= MOST) {
                throw new UnusableAnswerException("answered without an end");
            }
            if (chunk.length == 0) {
                chunk = new byte[CHUNK];
            }
            int read = in.read(chunk, 0, Math.min(CHUNK, MOST - total));
            if (read < 0) {
                return -1;
            }
            at = 0;
            end = read;
            total += read;
        }
        return chunk[at++] & 0xff;
    }

    /**
     * Returns the next line in ISO 8859-1, without its end.
     *
     * @param longest more characters than a line may have
     * @throws UnusableAnswerException if there is no such line
     */
    String line(int longest) throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = next(); next != '\n'; next = next()) {
            if (next < 0) {
                throw new UnusableAnswerException("closed the connection before its answer was complete");
            }
            if (line.length() == longest) {
                throw new UnusableAnswerException("answered with a line of more than " + longest + " characters");
            }
            line.append((char) next);
        }
        int length = line.length();
        return length > 0 && line.charAt(length - 1) == '\r' ? line.substring(0, length - 1) : line.toString();
    }
}
