package io.chancery.manifest.spec;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.JsonFormat;
import io.chancery.model.InvalidValueException;
import java.util.List;
import java.util.Optional;

/**
 * Somebody whose JSON Web Tokens (<a href="https://www.rfc-editor.org/rfc/rfc7519">RFC 7519</a>) a listener verifies. A request
 * that has none passes.
 */
public record JwtProvider(
        @Field("is what others call the provider by") String name,

        @Field("is the iss that tokens must have; left out, any")
        Optional<String> issuer,

        @Field("are the aud of which tokens must have one; left out, any")
        List<String> audiences,

        @Field("are the public keys, as the text of a JSON Web Key Set (RFC 7517)")
        String jwks) {

    private static final int LONGEST = 65_536;

    public JwtProvider {
        Bounds.printable("name", name);
        Bounds.printable("issuer", issuer);
        audiences = List.copyOf(audiences);
        for (int i = 0; i < audiences.size(); i++) {
            Bounds.printable("audiences[" + i + ']', audiences.get(i));
        }
        if (jwks.length() > LONGEST || !hasKeys(jwks)) {
            throw new InvalidValueException(
                    "jwks", "must be a JSON Web Key Set of at most " + LONGEST + " characters: {\"keys\": [...]}");
        }
    }

    private static boolean hasKeys(String jwks) {
        try {
            Struct.Builder set = Struct.newBuilder();
            JsonFormat.parser().merge(jwks, set);
            List<Value> keys = set.getFieldsOrDefault("keys", Value.getDefaultInstance())
                    .getListValue()
                    .getValuesList();
            return !keys.isEmpty() && keys.stream().allMatch(JwtProvider::isPublicKey);
        } catch (InvalidProtocolBufferException e) {
            return false;
        }
    }

    /** A key with a private part must not get here: manifests are shown. */
    private static boolean isPublicKey(Value key) {
        Struct fields = key.getStructValue();
        return fields.containsFields("kty") && !fields.containsFields("d") && !fields.containsFields("k");
    }
}
