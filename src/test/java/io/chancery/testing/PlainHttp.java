package io.chancery.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** A client of HTTP/1.1 that sends a request as it is spelled, each on a connection of its own. */
public final class PlainHttp {

    private static final int PATIENCE_MILLIS = 20_000;

    private PlainHttp() {}

    /** An answer, with its headers as they came. */
    public record Answer(int status, String head, String body) {

        /** The value of a header. */
        public Optional<String> header(String name) {
            String wanted = name.toLowerCase(Locale.ROOT) + ":";
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(wanted))
                    .map(line -> line.substring(wanted.length()).strip())
                    .findFirst();
        }
    }

    /** Sends a request to a port of the loopback address. */
    public static Answer send(int port, String method, String path, String... headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            return send(socket, method, path, headers);
        }
    }

    /** Sends a GET for the host {@code localhost}. */
    public static Answer get(int port, String path) throws IOException {
        return send(port, "GET", path, "Host: localhost");
    }

    /** Sends a request on a connection, which is at its end then. */
    public static Answer send(Socket socket, String method, String path, String... headers) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        OutputStream out = socket.getOutputStream();
        out.write(
                (method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int end = answer.indexOf("\r\n\r\n");
        if (end < 0) {
            throw new IOException("no answer: " + answer);
        }
        return new Answer(
                Integer.parseInt(answer.substring(9, 12)), answer.substring(0, end), answer.substring(end + 4));
    }
}
