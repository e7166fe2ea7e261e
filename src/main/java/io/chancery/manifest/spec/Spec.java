package io.chancery.manifest.spec;

import com.google.protobuf.Message;
import io.chancery.model.InvalidValueException;
import io.chancery.model.ResourceName;
import io.chancery.model.ResourceType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a manifest says; one shape for each kind, two for listeners. */
public sealed interface Spec
        permits Spec.RawResource,
                ServiceSpec,
                HttpListener,
                TcpListener,
                Sidecar,
                SecretSpec,
                RuntimeLayer,
                RedisMaster,
                ShuffleShard {

    ManifestKind kind();

    /**
     * The xDS resources that Envoys know it by.
     *
     * @param name the manifest's
     */
    List<DeclaredName> declares(String name);

    /** The addresses and ports that Envoys listen on because of it. */
    default List<Bind> binds() {
        return List.of();
    }

    /** What else must be there for it to work, by paths in the spec. */
    default List<SpecReference> references() {
        return List.of();
    }

    /**
     * One xDS resource as the operator wrote it.
     *
     * @param resourceName the name under which nodes subscribe to it, in {@linkplain ResourceName#canonical canonical}
     *     spelling
     * @param content the message of the type, never a dynamic one
     * @param ttl how long an Envoy keeps it without hearing of it again, 1 s to 24 h; empty for ever
     */
    record RawResource(ResourceType type, String resourceName, Message content, Optional<Duration> ttl)
            implements Spec {

        public static final int MAX_NAME = 1_024;
        public static final Duration MIN_TTL = Duration.ofSeconds(1);
        public static final Duration MAX_TTL = Duration.ofHours(24);

        /** What is said of one that it may not have. */
        public static final String TTL_RULE = "must be 1s to 86400s, for example \"30s\"";

        public RawResource {
            if (type == ResourceType.LOCALITY_ENDPOINT) {
                throw new IllegalArgumentException("single endpoints are registered, not declared");
            }
            if (!type.typeUrl().endsWith('/' + content.getDescriptorForType().getFullName())) {
                throw new IllegalArgumentException("content of " + type + " cannot be a "
                        + content.getDescriptorForType().getFullName());
            }
            if (resourceName.isEmpty()
                    || resourceName.length() > MAX_NAME
                    || resourceName.chars().anyMatch(Character::isISOControl)) {
                throw new InvalidValueException("name", "must have 1 to " + MAX_NAME + " printable characters");
            }
            resourceName = ResourceName.canonical(resourceName);
            if (ttl.isPresent() && !isTtl(ttl.get())) {
                throw new InvalidValueException("ttl", TTL_RULE);
            }
        }

        /** Whether a resource may have this time to live. */
        public static boolean isTtl(Duration ttl) {
            return ttl.compareTo(MIN_TTL) >= 0 && ttl.compareTo(MAX_TTL) <= 0;
        }

        /** The types that a manifest may declare, for people. */
        public static String typeUrls() {
            return Arrays.stream(ResourceType.values())
                    .filter(type -> type != ResourceType.LOCALITY_ENDPOINT)
                    .map(ResourceType::typeUrl)
                    .collect(Collectors.joining(", "));
        }

        @Override
        public ManifestKind kind() {
            return ManifestKind.RESOURCE;
        }

        @Override
        public List<DeclaredName> declares(String name) {
            return List.of(new DeclaredName(type, resourceName));
        }
    }
}
