package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** TLS to a service's endpoints. */
public record UpstreamTls(
        @Field(
                "is the Secret with the certificates that are trusted; left out, any certificate is accepted, which protects against nobody who is in between")
        Optional<String> ca,

        @Field("is the server name that is asked for") Optional<String> sni,

        @Field("are names of which the endpoint's certificate must have one; left out, the sni where there is a ca")
        List<String> subjectAltNames,

        @Field("is the Secret with the certificate that is shown to the endpoint")
        Optional<String> clientCertificate,

        @Field(value = "is the oldest version that is spoken", otherwise = "1.2")
        TlsVersion minVersion) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,253}");

    public UpstreamTls {
        if (sni.isPresent() && !NAME.matcher(sni.get()).matches()) {
            throw new InvalidValueException("sni", "must be a host name, for example api.example.com");
        }
        subjectAltNames = List.copyOf(subjectAltNames);
        subjectAltNames.forEach(name -> Bounds.printable("subjectAltNames", name));
        if (!subjectAltNames.isEmpty() && ca.isEmpty()) {
            throw new InvalidValueException("subjectAltNames", "must be left out where there is no ca");
        }
    }

    List<SpecReference> references() {
        List<SpecReference> references = new ArrayList<>();
        ca.ifPresent(name -> references.add(new SpecReference(SpecReference.Kind.TRUSTED_CA, name, "tls.ca")));
        clientCertificate.ifPresent(name ->
                references.add(new SpecReference(SpecReference.Kind.CERTIFICATE, name, "tls.clientCertificate")));
        return references;
    }
}
