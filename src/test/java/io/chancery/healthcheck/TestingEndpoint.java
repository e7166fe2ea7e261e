package io.chancery.healthcheck;

import io.chancery.model.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An endpoint on a free port of the loopback address that does to each connection what a test says. */
final class TestingEndpoint implements AutoCloseable {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Socket> crowd = new ArrayList<>();
    private final Set<Socket> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connections = new AtomicInteger();

    /** What is done to a connection, which is closed after it. */
    @FunctionalInterface
    interface Behaviour {

        void treat(Socket connection) throws IOException, InterruptedException;
    }

    private TestingEndpoint(ServerSocket server) {
        this.server = server;
    }

    static TestingEndpoint thatDoes(Behaviour behaviour) {
        try {
            TestingEndpoint endpoint = new TestingEndpoint(new ServerSocket(0, 200, LOOPBACK));
            var _ = endpoint.threads.submit(() -> endpoint.accept(behaviour));
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes connections, and never says a word. */
    static TestingEndpoint thatIsSilent() {
        return thatDoes(connection -> {
            while (connection.getInputStream().read() >= 0) {
                // It listens.
            }
        });
    }

    /** Takes no connection any more, and refuses none: its queue is full, so what comes is dropped. */
    static TestingEndpoint thatIsABlackHole() {
        try {
            TestingEndpoint endpoint = new TestingEndpoint(new ServerSocket(0, 1, LOOPBACK));
            boolean dropped = false;
            while (!dropped) {
                Socket one = new Socket();
                endpoint.crowd.add(one);
                try {
                    one.connect(new InetSocketAddress(LOOPBACK, endpoint.server.getLocalPort()), 200);
                } catch (SocketTimeoutException _) {
                    dropped = true;
                }
            }
            return endpoint;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address at which nobody listens. */
    static HostPort nobody() {
        try (ServerSocket server = new ServerSocket(0, 1, LOOPBACK)) {
            return HostPort.parse("127.0.0.1:" + server.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Behaviour behaviour) {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connections.incrementAndGet();
                accepted.add(connection);
                var _ = threads.submit(() -> treat(behaviour, connection));
            } catch (IOException _) {
                // It was closed.
            }
        }
    }

    private void treat(Behaviour behaviour, Socket connection) {
        try (connection) {
            behaviour.treat(connection);
        } catch (IOException _) {
            // The prober has had enough of it.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            accepted.remove(connection);
        }
    }

    HostPort address() {
        return HostPort.parse("127.0.0.1:" + server.getLocalPort());
    }

    /** How it is probed. */
    ProbeTarget target() {
        return target(address());
    }

    static ProbeTarget target(HostPort address) {
        return new ProbeTarget(address, Optional.empty(), Optional.empty());
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            server.close();
            for (Socket socket : crowd) {
                socket.close();
            }
            for (Socket socket : accepted) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.close();
    }
}
