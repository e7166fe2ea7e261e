package io.chancery.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A data store on a free port that says whether it is the master when it is asked as Redis is, and its name to everything
 * else. It keeps its connections whatever it is.
 */
public final class TestingMaster implements AutoCloseable {

    private static final String QUESTION = "INFO replication";

    private final String name;
    private final ServerSocket listener;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private volatile String role = "role:slave";

    private TestingMaster(String name, ServerSocket listener) {
        this.name = name;
        this.listener = listener;
    }

    /** Starts one that is not the master yet. */
    public static TestingMaster start(String name) throws IOException {
        TestingMaster store = new TestingMaster(name, new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1")));
        Thread.ofVirtual().name(name + "-accept").start(store::accept);
        return store;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofVirtual().name(name + "-answer").start(() -> answer(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            OutputStream out = socket.getOutputStream();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String answer = line.equals(QUESTION) ? role : name;
                out.write((answer + "\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException _) {
            // the other side is gone
        }
    }

    /** Where it listens, as it would be registered. */
    public String endpoint() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** From now on it says that it is the master. */
    public void promote() {
        role = "role:master";
    }

    /** From now on it says that it is not. */
    public void demote() {
        role = "role:slave";
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
