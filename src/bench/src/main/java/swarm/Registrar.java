package swarm;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/**
 * Registers and deregisters as fast as the server lets it: keep-alive HTTP/1.1 connections, one request under way on
 * each, every request a change. One thread, so that it leaves the machine to the server.
 *
 * <p>Arguments (key=value): {@code target=host:port}, {@code connections=64}, {@code seconds=10}, {@code warm=5},
 * {@code batch=0} (1 or more: so many endpoints in each {@code POST /v1/registrations}), {@code path=/edsservice/},
 * {@code pid} of the server for its CPU.
 */
public final class Registrar {

    private static final int MAX_SAMPLES = 4_000_000;

    private final InetSocketAddress target;
    private final String host;
    private final String path;
    private final int batch;
    private final long[] samples = new long[MAX_SAMPLES];
    private int count;
    private int failures;
    private boolean measuring;

    private Registrar(String target, String path, int batch) {
        int colon = target.lastIndexOf(':');
        this.target = new InetSocketAddress(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)));
        this.host = target;
        this.path = path;
        this.batch = batch;
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new HashMap<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            options.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        Registrar registrar = new Registrar(
                options.getOrDefault("target", "127.0.0.1:5000"),
                options.getOrDefault("path", "/edsservice/"),
                Integer.parseInt(options.getOrDefault("batch", "0")));
        int connections = Integer.parseInt(options.getOrDefault("connections", "64"));
        registrar.run(
                connections,
                Integer.parseInt(options.getOrDefault("warm", "5")),
                Integer.parseInt(options.getOrDefault("seconds", "10")),
                options.get("pid"));
    }

    private void run(int connections, int warm, int seconds, String pid) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel = SocketChannel.open(target);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Connection connection = new Connection(channel, i);
                channel.register(selector, SelectionKey.OP_READ, connection);
                connection.send();
            }
            loop(selector, warm);
            measuring = true;
            long cpu = cpuMillis(pid);
            long began = System.nanoTime();
            loop(selector, seconds);
            double elapsed = (System.nanoTime() - began) / 1e9;
            cpu = cpuMillis(pid) - cpu;
            report(elapsed, cpu);
        }
    }

    private void loop(Selector selector, int seconds) throws IOException {
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            selector.select(100);
            Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
            while (keys.hasNext()) {
                Connection connection = (Connection) keys.next().attachment();
                keys.remove();
                connection.receive();
            }
        }
    }

    private void report(double elapsed, long cpu) {
        int kept = Math.min(count, MAX_SAMPLES);
        Arrays.sort(samples, 0, kept);
        double rate = count / elapsed;
        System.out.printf(
                Locale.ROOT,
                "%.0f requests/s%s  p50 %.2f ms  p99 %.2f ms  max %.2f ms  failures %d  server CPU %.1f us/request (%.2f cores)%n",
                rate,
                batch > 0 ? String.format(Locale.ROOT, " (%.0f endpoints/s)", rate * batch) : "",
                kept == 0 ? 0 : samples[kept / 2] / 1e6,
                kept == 0 ? 0 : samples[(int) (kept * 0.99)] / 1e6,
                kept == 0 ? 0 : samples[kept - 1] / 1e6,
                failures,
                count == 0 ? 0 : cpu * 1e3 / count,
                cpu / 1e3 / elapsed);
    }

    /** User and system time of a process, in milliseconds; the clock ticks 100 times a second. */
    private static long cpuMillis(String pid) throws IOException {
        if (pid == null) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 10;
    }

    private final class Connection {

        private final SocketChannel channel;
        private final int index;
        private final ByteBuffer in = ByteBuffer.allocate(64 << 10);
        private long turn;
        private long sent;

        Connection(SocketChannel channel, int index) {
            this.channel = channel;
            this.index = index;
        }

        void send() throws IOException {
            boolean register = turn % 2 == 0;
            long pair = turn / 2;
            turn++;
            ByteBuffer out = ByteBuffer.wrap((batch == 0 ? single(register, pair) : many(register, pair))
                    .getBytes(StandardCharsets.ISO_8859_1));
            sent = System.nanoTime();
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }

        private String single(boolean register, long pair) {
            return "GET " + path + (register ? "register" : "deregister") + "?endpoint=10.0." + index + '.'
                    + (1 + pair % 250) + ":8080 HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        }

        private String many(boolean register, long pair) {
            StringBuilder body = new StringBuilder(64 * batch).append(register ? "{\"register\":[" : "{\"deregister\":[");
            for (int i = 0; i < batch; i++) {
                String address = "10." + (1 + i / 250) + '.' + index + '.' + (1 + i % 250);
                body.append(i == 0 ? "" : ",").append("{\"service\":\"svc-").append(index);
                if (register) {
                    body.append("\",\"address\":\"").append(address).append("\",\"port\":8080}");
                } else {
                    body.append("\",\"id\":\"").append(address).append(":8080\"}");
                }
            }
            body.append("]}");
            return "POST /v1/registrations HTTP/1.1\r\nHost: " + host
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        }

        void receive() throws IOException {
            if (channel.read(in) < 0) {
                throw new IOException("the server closed a connection");
            }
            if (complete()) {
                if (measuring) {
                    if (count < MAX_SAMPLES) {
                        samples[count] = System.nanoTime() - sent;
                    }
                    count++;
                    if (in.get(9) != '2') {
                        failures++;
                    }
                }
                in.clear();
                send();
            }
        }

        private boolean complete() {
            String text = new String(in.array(), 0, in.position(), StandardCharsets.ISO_8859_1);
            int head = text.indexOf("\r\n\r\n");
            if (head < 0) {
                return false;
            }
            int length = text.indexOf("Content-Length: ");
            if (length < 0 || length > head) {
                return text.endsWith("0\r\n\r\n");
            }
            int from = length + "Content-Length: ".length();
            return in.position() >= head + 4 + Integer.parseInt(text.substring(from, text.indexOf('\r', from)));
        }
    }
}
