package io.chancery.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** A TCP connection on which lines are asked and answered. */
public final class TestingConversation implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Socket socket;
    private final BufferedReader in;

    private TestingConversation(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** Connects to a port of the loopback address. */
    public static TestingConversation with(int port) throws IOException {
        return new TestingConversation(new Socket(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    /** Asks on a connection of its own. */
    public static Optional<String> ask(int port, String question) throws IOException {
        try (TestingConversation conversation = with(port)) {
            return conversation.ask(question);
        }
    }

    /** Returns the next line after a question, or nothing where the other side has ended the connection. */
    public Optional<String> ask(String question) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        try {
            socket.getOutputStream().write((question + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return Optional.ofNullable(in.readLine());
        } catch (SocketException _) {
            return Optional.empty();
        }
    }

    /** Waits for the other side to end it, saying nothing meanwhile. */
    public boolean endsWithin(Duration time) throws IOException {
        socket.setSoTimeout((int) time.toMillis());
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (SocketException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
