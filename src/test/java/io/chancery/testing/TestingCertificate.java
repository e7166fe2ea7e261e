package io.chancery.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A self-signed certificate with its key, made by the JDK's own tool.
 *
 * @param chain in PEM
 * @param key in PEM, PKCS #8
 */
public record TestingCertificate(String chain, String key) {

    private static final JsonMapper JSON = new JsonMapper();
    private static final char[] PASSWORD = "changeit".toCharArray();

    /** Valid from a day ago for ten years. */
    public static TestingCertificate of(String host) {
        return of(host, "EC", "-1d", 3_650);
    }

    /**
     * Any other.
     *
     * @param algorithm of the key, as keytool spells it
     * @param start as keytool's {@code -startdate}, for example {@code -10d}
     */
    public static TestingCertificate of(String host, String algorithm, String start, int days) {
        try {
            Path folder = Files.createTempDirectory("chancery-certificate");
            Path store = folder.resolve("store.p12");
            run(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                    "-genkeypair",
                    "-alias",
                    "it",
                    "-keyalg",
                    algorithm,
                    "-dname",
                    "CN=" + host,
                    "-ext",
                    "SAN=DNS:" + host,
                    "-startdate",
                    start,
                    "-validity",
                    Integer.toString(days),
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    new String(PASSWORD),
                    "-keystore",
                    store.toString()));
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream bytes = Files.newInputStream(store)) {
                keys.load(bytes, PASSWORD);
            }
            Files.delete(store);
            Files.delete(folder);
            return new TestingCertificate(
                    pem("CERTIFICATE", keys.getCertificate("it").getEncoded()),
                    pem("PRIVATE KEY", keys.getKey("it", PASSWORD).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] bytes) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + type
                + "-----\n";
    }

    /** The manifest of a Secret with both, as JSON. */
    public String manifest(String name) {
        return secret(
                name,
                JSON.createObjectNode()
                        .set(
                                "certificate",
                                JSON.createObjectNode().put("chain", chain).put("key", key)));
    }

    /** The manifest of a Secret that lets it be trusted, as JSON. */
    public String trust(String name) {
        return secret(name, JSON.createObjectNode().put("trustedCa", chain));
    }

    private static String secret(String name, JsonNode spec) {
        return JSON.writeValueAsString(
                JSON.createObjectNode().put("kind", "Secret").put("name", name).set("spec", spec));
    }

    @Override
    public String toString() {
        return "TestingCertificate";
    }
}
