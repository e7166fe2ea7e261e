package io.chancery.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A handshake by a JVM of its own that does not mind old versions of TLS: what a JVM minds is settled when it first speaks
 * TLS.
 */
public final class TlsAttempt {

    private TlsAttempt() {}

    /** Returns what came of a handshake with a port of the loopback address in one version only. */
    public static String of(Path folder, int port, String version) throws IOException, InterruptedException {
        Path security = Files.writeString(
                folder.resolve("allow-old-tls.security"),
                "jdk.tls.disabledAlgorithms=\njdk.certpath.disabledAlgorithms=\n");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.security.properties=" + security,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TlsAttempt.class.getName(),
                        Integer.toString(port),
                        version)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("the handshake does not end: " + said);
        }
        return said.strip();
    }

    /** Tries it and prints {@code accepted} with the version, or {@code refused} with the reason. */
    public static void main(String[] arguments) throws Exception {
        SSLContext context = TestingTls.trusting();
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(arguments[0]))) {
            socket.setEnabledProtocols(new String[] {arguments[1]});
            socket.startHandshake();
            System.out.println("accepted " + socket.getSession().getProtocol());
        } catch (IOException e) {
            System.out.println("refused " + e.getMessage());
        }
    }
}
