package io.chancery.healthcheck;

import com.google.errorprone.annotations.ThreadSafe;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.TlsVersion;
import io.chancery.manifest.spec.UpstreamTls;
import io.chancery.model.HostPort;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** TLS to endpoints, as a manifest declares it: what the Envoys do to the same endpoints, see {@link UpstreamTls}. */
@ThreadSafe
final class ClientTls {

    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");

    /** Of the key store in memory that the JDK wants keys in. */
    private static final char[] NO_PASSWORD = {};

    private final SSLContext context;
    private final TrustManager trust;
    private final List<KeyManager> keys;
    private final List<String> versions;
    private final List<SNIServerName> serverNames;

    /**
     * Makes it of what was declared, which was checked when it was.
     *
     * @param ca the Secret that the spec names
     * @param own the Secret with the client's certificate that the spec names
     * @throws IllegalArgumentException if one of them cannot be used
     */
    ClientTls(UpstreamTls spec, Optional<SecretSpec> ca, Optional<SecretSpec> own) {
        this.versions = versions(spec.minVersion());
        this.serverNames = spec.sni().map(ClientTls::serverName).map(List::of).orElse(List.of());
        try {
            this.trust = new DeclaredTrust(
                    certificates(ca.flatMap(SecretSpec::trustedCa)),
                    spec.subjectAltNames().isEmpty() ? spec.sni().stream().toList() : spec.subjectAltNames());
            Optional<SecretSpec.Certificate> certificate = own.flatMap(SecretSpec::certificate);
            this.keys = certificate.isPresent() ? keys(certificate.get()) : List.of();
            this.context = SSLContext.getInstance("TLS");
            context.init(keys.toArray(KeyManager[]::new), new TrustManager[] {trust}, null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("a certificate or key cannot be used", e);
        }
    }

    private static List<String> versions(TlsVersion least) {
        return switch (least) {
            case V1_2 -> List.of("TLSv1.3", "TLSv1.2");
            case V1_3 -> List.of("TLSv1.3");
        };
    }

    /** A dot at the end makes a name absolute in the domain name system, and has no place here (RFC 6066, section 3). */
    private static SNIServerName serverName(String name) {
        String relative = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return new SNIHostName(relative.getBytes(StandardCharsets.US_ASCII));
    }

    TrustManager trust() {
        return trust;
    }

    List<KeyManager> keys() {
        return keys;
    }

    List<String> versions() {
        return versions;
    }

    /** Puts what is asked for into the parameters of a connection. */
    SSLParameters configured(SSLParameters parameters) {
        if (!serverNames.isEmpty()) {
            parameters.setServerNames(serverNames);
        }
        return parameters;
    }

    /** Returns TLS over a connection, after the handshake. */
    Socket over(Socket connection, HostPort address) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(connection, address.address().value(), address.port(), true);
        SSLParameters parameters = configured(socket.getSSLParameters());
        parameters.setProtocols(versions.toArray(String[]::new));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static List<X509Certificate> certificates(Optional<String> pem) throws CertificateException {
        return pem.isPresent() ? certificates(pem.get()) : List.of();
    }

    private static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                .forEach(one -> certificates.add((X509Certificate) one));
        return certificates;
    }

    private static List<KeyManager> keys(SecretSpec.Certificate certificate)
            throws GeneralSecurityException, IOException {
        List<X509Certificate> chain = certificates(certificate.chain());
        Matcher pem = KEY.matcher(certificate.key());
        if (chain.isEmpty() || !pem.find()) {
            throw new IllegalArgumentException("a certificate or key is not in PEM");
        }
        PrivateKey key = KeyFactory.getInstance(chain.getFirst().getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem.group(1))));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return List.of(factory.getKeyManagers());
    }
}
