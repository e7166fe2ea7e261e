package io.chancery.manifest.spec;

import io.chancery.model.InvalidValueException;

/** Versions of TLS that can still be recommended (RFC 9325). */
public enum TlsVersion {
    V1_2,
    V1_3;

    /** Parses {@code 1.2} or {@code 1.3}. */
    public static TlsVersion parse(String text) {
        return switch (text) {
            case "1.2" -> V1_2;
            case "1.3" -> V1_3;
            default -> throw new InvalidValueException("", "must be 1.2 or 1.3: older versions are broken (RFC 8996)");
        };
    }

    @Override
    public String toString() {
        return switch (this) {
            case V1_2 -> "1.2";
            case V1_3 -> "1.3";
        };
    }
}
