package io.chancery.healthcheck;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Answers probes at {@value #PORTS} ports of every address of this machine: a PING with a PONG, all else as HTTP. */
public final class ProbedTargets {

    static final int PORTS = 100;

    private static final int FIRST_PORT = 21_000;
    private static final byte[] PONG = "+PONG\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private ProbedTargets() {}

    /** Prints the first port, and goes on until it is ended. */
    public static void main(String[] arguments) throws IOException {
        Selector selector = Selector.open();
        for (int i = 0; i < PORTS; i++) {
            ServerSocketChannel server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(FIRST_PORT + i), 1_024);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        }
        System.out.println(FIRST_PORT);
        ByteBuffer buffer = ByteBuffer.allocateDirect(4_096);
        while (selector.isOpen()) {
            selector.select(key -> serve(key, selector, buffer));
        }
    }

    private static void serve(SelectionKey key, Selector selector, ByteBuffer buffer) {
        try {
            if (key.channel() instanceof ServerSocketChannel server) {
                SocketChannel client = server.accept();
                if (client != null) {
                    client.configureBlocking(false);
                    client.register(selector, SelectionKey.OP_READ);
                }
            } else {
                answer((SocketChannel) key.channel(), buffer);
            }
        } catch (IOException e) {
            close(key);
        }
    }

    private static void answer(SocketChannel client, ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (client.read(buffer) < 0) {
            client.close();
            return;
        }
        client.write(ByteBuffer.wrap(buffer.get(0) == 'P' ? PONG : OK));
    }

    private static void close(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            key.cancel();
        }
    }
}
