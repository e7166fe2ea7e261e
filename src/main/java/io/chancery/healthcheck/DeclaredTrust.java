package io.chancery.healthcheck;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts servers whose certificate leads to one of the declared ones and is for one of the declared names; all of them
 * where no certificate is declared. It does by itself what the JDK does by the address that is connected to, since that is
 * in no certificate.
 */
final class DeclaredTrust extends X509ExtendedTrustManager {

    private static final int URI = 6;
    private static final int DNS = 2;
    private static final int EMAIL = 1;
    private static final int ADDRESS = 7;

    private final Optional<X509TrustManager> chains;
    private final List<String> names;

    /**
     * @param trusted certificates to one of which a server's must lead; none for any
     * @param names of which a server's certificate must have one; none for any
     */
    DeclaredTrust(List<X509Certificate> trusted, List<String> names) throws GeneralSecurityException, IOException {
        this.chains = trusted.isEmpty() ? Optional.empty() : Optional.of(chains(trusted));
        this.names = List.copyOf(names);
    }

    private static X509TrustManager chains(List<X509Certificate> trusted) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < trusted.size(); i++) {
            store.setCertificateEntry("ca-" + i, trusted.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Stream.of(factory.getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .map(X509TrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        if (chains.isEmpty()) {
            return;
        }
        chains.get().checkServerTrusted(chain, kind);
        if (!names.isEmpty() && names.stream().noneMatch(name -> isFor(chain[0], name))) {
            throw new CertificateException("the certificate is not for " + String.join(", ", names));
        }
    }

    private static boolean isFor(X509Certificate certificate, String name) {
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            return alternatives != null && alternatives.stream().anyMatch(alternative -> matches(alternative, name));
        } catch (CertificateException _) {
            return false;
        }
    }

    /** An alternative is its kind (RFC 5280, section 4.2.1.6), and its text. */
    private static boolean matches(List<?> alternative, String name) {
        String text = String.valueOf(alternative.get(1));
        return switch ((Integer) alternative.get(0)) {
            case DNS -> matchesDomain(text.toLowerCase(Locale.ROOT), name.toLowerCase(Locale.ROOT));
            case URI, EMAIL, ADDRESS -> text.equals(name);
            default -> false;
        };
    }

    /** A star stands for the first label as a whole (RFC 9525, section 6.3). */
    private static boolean matchesDomain(String pattern, String name) {
        if (!pattern.startsWith("*.")) {
            return pattern.equals(name);
        }
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot).equals(pattern.substring(1));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        checkServerTrusted(chain, kind);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        checkServerTrusted(chain, kind);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw new CertificateException("there are no clients here");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        checkClientTrusted(chain, kind);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        checkClientTrusted(chain, kind);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.map(X509TrustManager::getAcceptedIssuers).orElse(new X509Certificate[0]);
    }
}
