package io.chancery.healthcheck;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.model.HostPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** Connects to endpoints, and sees to it that connecting and what is said after it end in time, all of it together. */
@ThreadSafe
final class Dialer {

    /*
     * A socket's own timeout is one for each read: an endpoint that sends a byte now and then, or takes what it is sent
     * slowly, would never meet it. So an alarm closes the socket at the deadline, which ends whatever the prober's thread
     * waits for in it.
     */

    private final Duration timeout;
    private final Optional<ClientTls> tls;
    private final ScheduledExecutorService alarms;

    /** What is said over a connection. */
    @FunctionalInterface
    interface Dialogue {

        /**
         * Asks and judges.
         *
         * @throws UnusableAnswerException if the answer cannot be what was asked for
         */
        ProbeResult hold(Wire wire) throws IOException;
    }

    /**
     * @param timeout for connecting and all that is said
     * @param alarms close what takes too long
     */
    Dialer(Duration timeout, Optional<ClientTls> tls, ScheduledExecutorService alarms) {
        this.timeout = timeout;
        this.tls = tls;
        this.alarms = alarms;
    }

    ProbeResult ask(HostPort address, Dialogue dialogue) {
        Socket socket = new Socket(Proxy.NO_PROXY);
        try {
            // A reset instead of the usual goodbye: thousands of probes would fill the kernel's table of closed
            // connections.
            socket.setSoLinger(true, 0);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            close(socket);
            return new ProbeResult.NotAsked(LocalFault.of(e).orElse("no connection can be opened here: " + said(e)));
        }
        Alarm alarm = new Alarm(socket);
        Future<?> set = alarms.schedule(alarm, timeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.ofLiteral(address.address().value()), address.port()),
                    Math.toIntExact(timeout.toMillis()));
            return dialogue.hold(new Wire(tls.isPresent() ? tls.get().over(socket, address) : socket));
        } catch (IOException e) {
            return alarm.hasRung() ? new ProbeResult.TimedOut(timeout) : failure(e);
        } finally {
            set.cancel(false);
            close(socket);
        }
    }

    private ProbeResult failure(IOException e) {
        Optional<String> local = LocalFault.of(e);
        if (local.isPresent()) {
            return new ProbeResult.NotAsked(local.get());
        }
        return switch (e) {
            case UnusableAnswerException unusable -> new ProbeResult.Failed(said(unusable));
            case SocketTimeoutException _ -> new ProbeResult.TimedOut(timeout);
            case ConnectException refused -> new ProbeResult.Failed("cannot be connected to: " + said(refused));
            case SSLException tlsFailure -> new ProbeResult.Failed("TLS failed: " + said(tlsFailure));
            default -> new ProbeResult.Failed("lost the connection: " + said(e));
        };
    }

    private static String said(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // It is of no use any more, closed or not.
        }
    }

    private static final class Alarm implements Runnable {

        private final Socket socket;
        private volatile boolean rung;

        Alarm(Socket socket) {
            this.socket = socket;
        }

        boolean hasRung() {
            return rung;
        }

        @Override
        public void run() {
            rung = true;
            close(socket);
        }
    }
}
