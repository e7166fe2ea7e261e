package io.chancery.manifest;

import io.chancery.manifest.spec.HttpListener;
import io.chancery.manifest.spec.ListenerProtocol;
import io.chancery.manifest.spec.ManifestKind;
import io.chancery.manifest.spec.RedisMaster;
import io.chancery.manifest.spec.RuntimeLayer;
import io.chancery.manifest.spec.SecretSpec;
import io.chancery.manifest.spec.ServiceSpec;
import io.chancery.manifest.spec.ShuffleShard;
import io.chancery.manifest.spec.Sidecar;
import io.chancery.manifest.spec.Spec;
import io.chancery.manifest.spec.TcpListener;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what manifests of the kinds that have fields of their own say: all but raw resources. */
final class SpecReader {

    private static final String PATH = "spec";

    private final Faults faults;

    SpecReader(Faults faults) {
        this.faults = faults;
    }

    /** The records that a kind's documents are read as; none for one whose documents are Envoy's own. */
    static List<Class<? extends Record>> types(ManifestKind kind) {
        return switch (kind) {
            case RESOURCE -> List.of();
            case SERVICE -> List.of(ServiceSpec.class);
            case LISTENER -> List.of(HttpListener.class, TcpListener.class);
            case SIDECAR -> List.of(Sidecar.class);
            case SECRET -> List.of(SecretSpec.class);
            case RUNTIME_LAYER -> List.of(RuntimeLayer.class);
            case REDIS_MASTER -> List.of(RedisMaster.class);
            case SHUFFLE_SHARD -> List.of(ShuffleShard.class);
        };
    }

    /** Returns null where there were faults, which were added. */
    @Nullable
    Spec read(ManifestKind kind, JsonNode json) {
        RecordReader reader = new RecordReader(faults);
        return switch (kind) {
            case RESOURCE -> throw new IllegalArgumentException("a raw resource has no fields of its own");
            case SERVICE -> reader.read(ServiceSpec.class, PATH, json);
            case LISTENER ->
                isTcp(json) ? reader.read(TcpListener.class, PATH, json) : reader.read(HttpListener.class, PATH, json);
            case SIDECAR -> reader.read(Sidecar.class, PATH, json);
            case SECRET -> secret(reader.read(SecretSpec.class, PATH, json));
            case RUNTIME_LAYER -> reader.read(RuntimeLayer.class, PATH, json);
            case REDIS_MASTER -> reader.read(RedisMaster.class, PATH, json);
            case SHUFFLE_SHARD -> reader.read(ShuffleShard.class, PATH, json);
        };
    }

    /** An unknown protocol is left to the listener for HTTP to refuse. */
    private static boolean isTcp(JsonNode json) {
        return ScalarType.spellings(ListenerProtocol.class)
                        .get(json.path("protocol").asString(""))
                == ListenerProtocol.TCP;
    }

    private @Nullable SecretSpec secret(@Nullable SecretSpec secret) {
        if (secret != null) {
            SecretText.refusePlaceholders(secret, PATH, faults);
        }
        return secret;
    }
}
