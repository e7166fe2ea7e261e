package io.chancery.rest;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends bytes that no HTTP client would send, one connection each. */
final class RawHttp {

    private static final int TIMEOUT_MILLIS = 20_000;

    private RawHttp() {}

    /**
     * An answer as it came.
     *
     * @param status 0 where the server closed the connection without one
     */
    record Answer(int status, String text) {}

    /** Sends a request that says {@code Connection: close} or is refused, and reads until the server closes. */
    static Answer exchange(int port, byte[] request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            try {
                socket.getOutputStream().write(request);
                socket.getOutputStream().flush();
                socket.shutdownOutput();
            } catch (IOException e) {
                // Refused before it was all sent; the answer is there to be read.
            }
            return parse(readAll(socket.getInputStream()));
        }
    }

    static Answer exchange(int port, String request) throws IOException {
        return exchange(port, request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String readAll(InputStream in) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            in.transferTo(bytes);
        } catch (IOException e) {
            // Closed with a reset; what came before it counts.
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static Answer parse(String text) {
        return new Answer(text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0, text);
    }
}
