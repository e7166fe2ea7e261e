package io.chancery.demo;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sample upstream as a program of its own, for the containers of {@code docker-compose.yml}: listens, registers the
 * address by which it reaches Chancery, and deregisters when it is told to end.
 */
final class SampleUpstreamProgram {

    private static final Logger LOG = LoggerFactory.getLogger(SampleUpstreamProgram.class);
    private static final String USAGE = "usage: SampleUpstreamProgram http://CHANCERY:5000 PORT";

    private SampleUpstreamProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length != 2 || !arguments[1].matches("\\d{1,5}")) {
            LOG.error(USAGE);
            System.exit(2);
        }
        URI chancery = URI.create(arguments[0]);
        String address = ownAddressTowards(chancery);
        InetAddress everyAddress = new InetSocketAddress(0).getAddress();
        SampleUpstream upstream = SampleUpstream.start(everyAddress, Integer.parseInt(arguments[1]));
        String endpoint = address + ":" + upstream.port();
        ChanceryClient registration = new ChanceryClient(chancery);
        switch (registration.register(endpoint)) {
            case ChanceryClient.Result.Done(String answer) ->
                LOG.info("Registered. answer={} uuid={}", answer, upstream.uuid());
            case ChanceryClient.Result.Failed(String reason) -> {
                LOG.error("Not registered, ending. endpoint={} reason={}", endpoint, reason);
                System.exit(1);
            }
        }
        CountDownLatch end = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            LOG.info("Deregistered. result={}", registration.deregister(endpoint));
                            upstream.close();
                            end.countDown();
                        },
                        "deregister"));
        end.await();
    }

    /** The address of this machine's interface that leads to Chancery; connecting a datagram socket sends nothing. */
    private static String ownAddressTowards(URI chancery) throws SocketException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(chancery.getHost(), chancery.getPort()));
            String address = socket.getLocalAddress().getHostAddress();
            return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
        }
    }
}
